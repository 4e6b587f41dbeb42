// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// What became of a mutation: its payload, or an error of the whole call.
enum TwinMutation: Sendable {
    case payload(TwinObject)
    case error(message: String, code: String)

    static func payload(_ type: String, _ members: [(name: String, value: TwinValue)]) -> TwinMutation {
        .payload(.payload(type: type, members))
    }
    static func problems(_ type: String, in name: String = "userErrors", _ problems: [TwinProblem]) -> TwinMutation {
        .payload(.payload(type: type, [(name, .list(problems.map(TwinObject.userError)))]))
    }
}

extension TwinShop {
    /// From 2026-04 these two are refused without `@idempotent`.
    static let needsKey: Set<String> = ["inventorySetQuantities", "refundCreate"]

    /// A field of `Mutation`. The same key with the same arguments gets the same answer and changes nothing.
    mutating func mutate(_ field: String, _ arguments: [String: JSONValue], key: String?, at now: Instant)
        -> TwinMutation
    {
        guard Self.needsKey.contains(field) else { return change(field, arguments, at: now) }
        guard let key, !key.isEmpty else {
            return .error(
                message: "The @idempotent directive is required for this mutation but was not provided.",
                code: "BAD_REQUEST")
        }
        let words = JSONValue.array([.string(field), arguments["input"] ?? .null])
        let fingerprint = TwinMemory.fingerprint(words.bytes)
        if let known = memory[key] {
            guard known.fingerprint == fingerprint else {
                let said = "The idempotency key was used before with other parameters."
                guard field == "inventorySetQuantities" else {
                    return .error(message: said, code: "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
                }
                let problem = TwinProblem(code: "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", field: nil, message: said)
                return .problems("InventorySetQuantitiesPayload", [problem])
            }
            return .payload(known.result)
        }
        let result = change(field, arguments, at: now)
        // Only what took effect is remembered.
        if case .payload(let object) = result, case .payload(_, let members) = object,
            members.contains(where: {
                if case .list(let list) = $0.value { $0.name == "userErrors" && list.isEmpty } else { false }
            })
        {
            memory.remember(key, .init(fingerprint: fingerprint, result: object))
        }
        return result
    }

    private mutating func change(_ field: String, _ arguments: [String: JSONValue], at now: Instant) -> TwinMutation {
        switch field {
        case "inventorySetQuantities": setQuantities(arguments["input"], at: now)
        case "orderCancel": cancelOrder(arguments, at: now)
        case "refundCreate": createRefund(arguments["input"], at: now)
        case "fulfillmentCreate": createFulfillment(arguments["fulfillment"], at: now)
        case "webhookSubscriptionCreate": subscribe(arguments, at: now)
        default: .error(message: "not answered by the twin", code: "INTERNAL_SERVER_ERROR")
        }
    }

    // MARK: Quantities

    /// All or nothing: one stale or unknown entry, and no quantity changes.
    private mutating func setQuantities(_ input: JSONValue?, at now: Instant) -> TwinMutation {
        let type = "InventorySetQuantitiesPayload"
        guard Self.text(Self.member("name", of: input)) == "available" else {
            let problem = TwinProblem(
                code: "INVALID_NAME", field: ["input", "name"],
                message: "The quantity name must be either 'available' or 'on_hand'.")
            return .problems(type, [problem])
        }
        guard case .array(let entries)? = Self.member("quantities", of: input) else { return .problems(type, []) }
        var problems: [TwinProblem] = []
        var sets: [(article: Int, quantity: Int)] = []
        var seen: Set<Int> = []
        for (index, entry) in entries.enumerated() {
            func problem(_ code: String, _ field: String, _ message: String) {
                problems.append(
                    .init(code: code, field: ["input", "quantities", String(index), field], message: message))
            }
            guard let expected = Self.member("changeFromQuantity", of: entry) else {
                return .error(
                    message: "InventoryQuantityInput must include the following argument: changeFromQuantity.",
                    code: "INVALID_FIELD_ARGUMENTS")
            }
            let item = Self.text(Self.member("inventoryItemId", of: entry)) ?? ""
            let place = Self.text(Self.member("locationId", of: entry)) ?? ""
            let quantity = Self.number(Self.member("quantity", of: entry)) ?? 0
            guard let article = Self.position(item, FirstID.item, count: articles.count),
                item.hasPrefix("gid://shopify/InventoryItem/")
            else {
                problem("INVALID_INVENTORY_ITEM", "inventoryItemId", "The specified inventory item could not be found.")
                continue
            }
            guard let location = Self.position(place, FirstID.location, count: Self.locations.count) else {
                problem("INVALID_LOCATION", "locationId", "The specified location could not be found.")
                continue
            }
            guard location == Self.mainLocation else {
                problem(
                    "ITEM_NOT_STOCKED_AT_LOCATION", "locationId",
                    "The specified inventory item is not stocked at the location.")
                continue
            }
            if quantity < 0 { problem("INVALID_QUANTITY_NEGATIVE", "quantity", "The quantity can't be negative.") }
            if quantity > 1_000_000_000 {
                problem("INVALID_QUANTITY_TOO_HIGH", "quantity", "The quantity can't be higher than 1,000,000,000.")
            }
            if !seen.insert(article).inserted {
                problem(
                    "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "inventoryItemId",
                    "The combination of inventoryItemId and locationId must be unique.")
            }
            if let believed = Self.number(expected), believed != articles[article].available {
                problem(
                    "CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity",
                    "The changeFromQuantity argument no longer matches the persisted quantity.")
            }
            sets.append((article, quantity))
        }
        guard problems.isEmpty else { return .problems(type, problems) }
        let changed = sets.filter { articles[$0.article].available != $0.quantity }
        for (article, quantity) in changed { move(article, by: quantity - articles[article].available, at: now) }
        announce(changed.map { .level($0.article) }, at: now)
        adjustments += 1
        let group = TwinObject.adjustmentGroup(
            adjustments, reason: Self.text(Self.member("reason", of: input)) ?? "",
            document: Self.text(Self.member("referenceDocumentUri", of: input)))
        return .payload(
            type, [("inventoryAdjustmentGroup", changed.isEmpty ? .null : .object(group)), ("userErrors", .list([]))])
    }

    // MARK: Cancelling

    private mutating func cancelOrder(_ arguments: [String: JSONValue], at now: Instant) -> TwinMutation {
        let type = "OrderCancelPayload"
        func refuse(_ field: String, _ code: String, _ message: String) -> TwinMutation {
            .problems(type, in: "orderCancelUserErrors", [TwinProblem(code: code, field: [field], message: message)])
        }
        guard let id = Self.text(arguments["orderId"]), let order = order(id) else {
            return refuse("orderId", "NOT_FOUND", "Order does not exist")
        }
        guard orders[order].cancelledAt == nil else {
            return refuse("orderId", "INVALID", "Cannot cancel an order that has already been canceled")
        }
        guard orders[order].fulfillments.isEmpty else {
            return refuse("orderId", "INVALID", "Cannot cancel an order that has been fulfilled")
        }
        if let note = Self.text(arguments["staffNote"]), note.count > 255 {
            return refuse("staffNote", "INVALID", "Staff note is too long. Maximum length is 255 characters.")
        }
        if arguments["refund"] != nil, arguments["refundMethod"] != nil, arguments["refundMethod"] != .null {
            return refuse("refund", "INVALID", "Only one of the arguments `refund` or `refund_method` is allowed.")
        }
        if let underway = pendingCancels.first(where: { $0.order == order }) {
            return .payload(
                type, [("job", .object(.job(underway.job, isDone: false))), ("orderCancelUserErrors", .list([]))])
        }
        let job = uuid()
        let refund =
            Self.flag(arguments["refund"]) ?? Self.flag(
                Self.member("originalPaymentMethodsRefund", of: arguments["refundMethod"])) ?? false
        pendingCancels.append(
            PendingCancel(
                job: job, order: order, dueAt: now + .milliseconds(800),
                restock: Self.flag(arguments["restock"]) ?? false, refund: refund,
                reason: Self.text(arguments["reason"]) ?? "OTHER"))
        return .payload(type, [("job", .object(.job(job, isDone: false))), ("orderCancelUserErrors", .list([]))])
    }

    // MARK: Listening

    private mutating func subscribe(_ arguments: [String: JSONValue], at now: Instant) -> TwinMutation {
        let type = "WebhookSubscriptionCreatePayload"
        let topic = Self.text(arguments["topic"]) ?? ""
        let uri = Self.text(Self.member("uri", of: arguments["webhookSubscription"])) ?? ""
        guard uri.hasPrefix("https://") || uri.hasPrefix("http://127.0.0.1") || uri.hasPrefix("http://localhost") else {
            let problem = TwinProblem(
                field: ["webhookSubscription", "callbackUrl"], message: "Address protocol http:// is not supported")
            return .problems(type, [problem])
        }
        guard hooks.subscribe(topic, uri, at: now) != nil else {
            let problem = TwinProblem(
                field: ["webhookSubscription", "callbackUrl"], message: "Address for this topic has already been taken")
            return .problems(type, [problem])
        }
        return .payload(
            type,
            [("webhookSubscription", .object(.subscription(hooks.subscriptions.count - 1))), ("userErrors", .list([]))])
    }
}
