// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension ShopifyConnector {
    /// The shop's name and currency, and as its place the location whose stock is set: the one in the settings when it
    /// exists, or the primary one. A location that the shop does not have is `notFound`.
    public func test(_ access: Access) -> Exchange<ShopIdentity> {
        call(.shop, []) { data throws(ChannelFailure) in
            guard let shop = data["shop"], let name = shop["name"]?.string else {
                throw .unreadable(.missing(field: "shop.name"))
            }
            let currency = shop["currencyCode"]?.string.flatMap { Currency($0) }
            let identity = ShopIdentity(name: name, currency: currency, place: data["location"]?["id"]?.string)
            guard let location = self.location, location != identity.place else { return .done(identity) }
            return .then(self.check(location, identity))
        }
    }

    private func check(_ location: String, _ identity: ShopIdentity) -> Exchange<ShopIdentity> {
        call(.primaryLocation, [("id", .string(location))]) { data throws(ChannelFailure) in
            guard let found = data["location"]?["id"]?.string else { throw .notFound("location \(location)") }
            var identity = identity
            identity.place = found
            return .done(identity)
        }
    }

    /// The exchange that a location makes: at once when the settings name it or it was asked for a while ago, after asking for the primary one when not.
    func withLocation<Output: Sendable>(
        _ access: Access, _ next: @escaping @Sendable (String) -> Exchange<Output>
    ) -> Exchange<Output> {
        if let known = location ?? access.note { return next(known) }
        return withPrimaryLocation(next)
    }

    /// The same with the primary location as it is now, which is noted.
    func withPrimaryLocation<Output: Sendable>(
        _ next: @escaping @Sendable (String) -> Exchange<Output>
    ) -> Exchange<Output> {
        call(.primaryLocation, []) { data throws(ChannelFailure) in
            guard let location = data["location"]?["id"]?.string else { throw .notFound("the shop has no location") }
            var exchange = next(location)
            exchange.note = location
            return .then(exchange)
        }
    }
}
