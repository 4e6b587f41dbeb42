// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension ShopifyConnector {
    /// Sets quantities by compare-and-set, or blindly where nothing is expected. Shopify takes all of a call or none:
    /// entries that it turns down are told as stale or refused, and the rest is sent again without them.
    public func publish(_ pushes: [QuantityPush], idempotencyKey: String, _ access: Access) -> Exchange<
        [QuantityOutcome]
    > {
        guard !pushes.isEmpty else { return call(.primaryLocation, []) { _ throws(ChannelFailure) in .done([]) } }
        let all = Array(pushes.indices)
        if location == nil, let noted = access.note {
            // The shop may have another by now.
            return set(pushes, of: all, at: noted, key: idempotencyKey, settled: [:]) {
                withPrimaryLocation { set(pushes, of: all, at: $0, key: "\(idempotencyKey)-again", settled: [:]) }
            }
        }
        return withLocation(access) { set(pushes, of: all, at: $0, key: idempotencyKey, settled: [:]) }
    }

    /// Sends the pushes at these positions; `settled` holds what became of the others.
    /// - Parameter elsewhere: what is done when the shop does not have the location any more, or does not stock something there.
    private func set(
        _ pushes: [QuantityPush], of positions: [Int], at location: String, key: String,
        settled: [Int: QuantityOutcome.Result], elsewhere: (@Sendable () -> Exchange<[QuantityOutcome]>)? = nil
    ) -> Exchange<[QuantityOutcome]> {
        let entries = positions.map { position -> JSONValue in
            let push = pushes[position]
            return [
                "inventoryItemId": .string(GlobalID.text(.inventoryItem, push.key.stock)),
                "locationId": .string(location),
                "quantity": .integer(push.quantity.units),
                // Null has to be written: it is what turns the compare off.
                "changeFromQuantity": push.expected.map { JSONValue.integer($0) } ?? .null,
            ]
        }
        let thisKey = positions.count == pushes.count ? key : "\(key)-\(Self.mark(positions))"
        let input: JSONValue = [
            "name": "available", "reason": "correction",
            "referenceDocumentUri": .string("tributary://publish/\(URLText.encode(String(key.prefix(100))))"),
            "quantities": .array(entries),
        ]
        return call(.setQuantities, [("input", input), ("key", .string(thisKey))]) { data throws(ChannelFailure) in
            guard let payload = data["inventorySetQuantities"] else {
                throw .unreadable(.missing(field: "inventorySetQuantities"))
            }
            let problems = UserProblem.list(payload["userErrors"])
            if problems.contains(where: { $0.code == "IDEMPOTENCY_CONCURRENT_REQUEST" }) {
                throw .throttled(retryAfter: .seconds(1))
            }
            if let elsewhere, problems.contains(where: \.isAboutLocation) { return .then(elsewhere()) }
            var settled = settled
            guard !problems.isEmpty else {
                // The group is null when every quantity stood there already, but it is there.
                guard payload["inventoryAdjustmentGroup"] != nil else {
                    throw .unreadable(.missing(field: "inventoryAdjustmentGroup"))
                }
                for position in positions { settled[position] = .acknowledged }
                return .done(Self.outcomes(pushes, settled))
            }
            var remaining: [Int] = []
            for (index, position) in positions.enumerated() {
                if let problem = problems.first(where: { $0.entry == index }) {
                    settled[position] = problem.result
                } else {
                    remaining.append(position)
                }
            }
            // Problems that name no entry stand against all of them.
            if remaining.count == positions.count {
                let why = problems.map(\.message).joined(separator: "; ")
                for position in positions { settled[position] = .failed(why) }
                return .done(Self.outcomes(pushes, settled))
            }
            guard !remaining.isEmpty else { return .done(Self.outcomes(pushes, settled)) }
            return .then(self.set(pushes, of: remaining, at: location, key: key, settled: settled))
        }
    }

    private static func outcomes(_ pushes: [QuantityPush], _ settled: [Int: QuantityOutcome.Result])
        -> [QuantityOutcome]
    {
        pushes.enumerated().map { position, push in
            QuantityOutcome(key: push.key, quantity: push.quantity, result: settled[position] ?? .failed("not applied"))
        }
    }

    /// A short mark of a set of positions (FNV-1a): the same key must never go out with other quantities.
    private static func mark(_ positions: [Int]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for position in positions {
            hash = (hash ^ UInt64(UInt(bitPattern: position))) &* 0x100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}

extension UserProblem {
    /// The entry of `quantities` that it is about: `["input", "quantities", "3", "inventoryItemId"]`.
    var entry: Int? {
        guard let list = field.firstIndex(of: "quantities"), list + 1 < field.count else { return nil }
        return Int(field[list + 1])
    }

    /// The location is not there, or does not stock the article.
    var isAboutLocation: Bool { code == "INVALID_LOCATION" || code == "ITEM_NOT_STOCKED_AT_LOCATION" }

    /// What it means for that entry.
    var result: QuantityOutcome.Result {
        switch code {
        case "CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE": .stale(actual: nil)
        default: .refused(message)
        }
    }
}
