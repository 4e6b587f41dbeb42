// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// Reads the location: the token works, it reaches this location, and the location is open.
    public func test(_ access: Access) -> Exchange<ShopIdentity> {
        call(.get, "/v2/locations/\(URLText.encode(location))") { answer throws(ChannelFailure) in
            guard let found = answer["location"], found.kind == .object else { throw .unreadable(.missing(field: "location")) }
            if found["status"]?.string == "INACTIVE" { throw .refused("the location is switched off in Square") }
            let name = Fields.optionalText(found["business_name"]) ?? Fields.optionalText(found["name"]) ?? location
            return .done(
                ShopIdentity(name: name, currency: found["currency"]?.string.flatMap { Currency($0) }, place: Fields.optionalText(found["name"])))
        }
    }
}
