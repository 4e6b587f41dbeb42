// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText

extension ShopifyConnector {
    /// One operation as an exchange; `read` gets the member `data` once the answer has been found free of errors.
    func call<Output: Sendable>(
        _ document: GraphQLDocument, _ variables: [(String, JSONValue)], isRepeatable: Bool = true,
        read: @escaping @Sendable (JSON) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        let members = variables.map { JSONValue.Member($0.0, $0.1) }
        let body: JSONValue = [
            "query": .string(document.text), "operationName": .string(document.name), "variables": .object(members),
        ]
        let headers: HTTPHeaders = [
            "Content-Type": "application/json", "Accept": "application/json", Self.tokenHeader: standingToken,
        ]
        let request = HTTPRequest(
            .post, "\(address)/admin/api/\(Self.profile.apiVersion)/graphql.json", headers: headers, body: body.bytes)
        let cost = Cost("graphql", points: Double(document.points))
        return Exchange(request, cost: cost, isRepeatable: isRepeatable) { response throws(ChannelFailure) in
            try read(try GraphQLAnswer.data(response))
        }
    }

    /// What the answer says of the cost bucket; nothing where it says nothing.
    public func rates(in response: HTTPResponse, cost: Cost) -> [RateReading] {
        guard response.status == 200, let answer = try? JSON.parse(response.body),
            let status = answer["extensions"]?["cost"]?["throttleStatus"]
        else { return [] }
        func figure(_ value: JSON?) -> Double? {
            (value?.text).flatMap(Double.init).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        }
        return [
            RateReading(
                limit: "graphql", left: figure(status["currentlyAvailable"]),
                pointsPerSecond: figure(status["restoreRate"]),
                burst: figure(status["maximumAvailable"]))
        ]
    }
}
