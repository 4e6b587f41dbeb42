// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    /// Sends units of the open fulfilment order. Without lines everything that remains of it.
    mutating func createFulfillment(_ input: JSONValue?, at now: Instant) -> TwinMutation {
        let type = "FulfillmentCreatePayload"
        func refuse(_ message: String) -> TwinMutation {
            .problems(type, [TwinProblem(field: ["fulfillment"], message: message)])
        }
        guard case .array(let parts)? = Self.member("lineItemsByFulfillmentOrder", of: input), let first = parts.first
        else {
            return refuse("Line items by fulfillment order must be present.")
        }
        let id = Self.text(Self.member("fulfillmentOrderId", of: first)) ?? ""
        guard let order = Self.position(id, FirstID.fulfillmentOrder, count: orders.count) else {
            return .error(message: "invalid id", code: "RESOURCE_NOT_FOUND")
        }
        var units: [Int: Int] = [:]
        for part in parts {
            guard Self.text(Self.member("fulfillmentOrderId", of: part)) == id else {
                return refuse("All fulfillment orders must belong to the same order and location.")
            }
            guard case .array(let lines)? = Self.member("fulfillmentOrderLineItems", of: part) else {
                for (position, line) in orders[order].lines.enumerated() where line.open > 0 {
                    units[position] = line.open
                }
                continue
            }
            for line in lines {
                guard let position = fulfillmentOrderLine(Self.text(Self.member("id", of: line)) ?? "", in: order)
                else {
                    return .error(message: "invalid id", code: "RESOURCE_NOT_FOUND")
                }
                units[position, default: 0] += max(0, Self.number(Self.member("quantity", of: line)) ?? 0)
            }
        }
        guard orders[order].cancelledAt == nil, fulfillmentOrderStatus(order) != "CLOSED" else {
            return refuse("Fulfillment order \(GlobalID.number(id) ?? "") has an unfulfillable status= closed.")
        }
        guard !units.isEmpty, units.allSatisfy({ $0.value > 0 && $0.value <= orders[order].lines[$0.key].open }) else {
            return refuse("Invalid fulfillment order line item quantity requested.")
        }
        let number = FirstID.fulfillment + Int64(fulfillmentOwner.count)
        fulfillmentOwner[number] = (order, orders[order].fulfillments.count)
        let info = Self.member("trackingInfo", of: input)
        let tracking = TwinOrder.Tracking(
            company: Self.text(Self.member("company", of: info)), number: Self.text(Self.member("number", of: info)),
            url: Self.text(Self.member("url", of: info)))
        let lines = units.keys.sorted().map { (line: $0, quantity: units[$0, default: 0]) }
        for (line, quantity) in lines { orders[order].lines[line].fulfilled += quantity }
        orders[order].fulfillments.append(
            .init(
                id: number, at: Instant(seconds: now.seconds), lines: lines,
                tracking: tracking.number == nil ? [] : [tracking]))
        touch(order, at: now)
        let topic = orders[order].fulfillmentStatus == "FULFILLED" ? "orders/fulfilled" : "orders/partially_fulfilled"
        let position = orders[order].fulfillments.count - 1
        announce(.fulfillment(order, position), .orders(order, [topic, "orders/updated"]), at: now)
        return .payload(
            type, [("fulfillment", .object(.fulfillment(order: order, position))), ("userErrors", .list([]))])
    }

    /// Enters a refund, pays back what its transactions say, and restocks what its lines say.
    mutating func createRefund(_ input: JSONValue?, at now: Instant) -> TwinMutation {
        let type = "RefundCreatePayload"
        func refuse(_ field: [String]?, _ message: String) -> TwinMutation {
            .problems(type, [TwinProblem(field: field, message: message)])
        }
        guard let order = order(Self.text(Self.member("orderId", of: input)) ?? "") else {
            return refuse(["orderId"], "Order does not exist")
        }
        var lines: [(line: Int, quantity: Int, restock: String)] = []
        if case .array(let entries)? = Self.member("refundLineItems", of: input) {
            var taken: [Int: Int] = [:]
            for (index, entry) in entries.enumerated() {
                guard let line = line(Self.text(Self.member("lineItemId", of: entry)) ?? "", in: order) else {
                    return refuse(["refundLineItems", String(index), "lineItemId"], "Line item does not exist")
                }
                let quantity = Self.number(Self.member("quantity", of: entry)) ?? 0
                let held = orders[order].lines[line]
                guard quantity > 0, taken[line, default: 0] + quantity <= held.quantity - held.refunded else {
                    return refuse(
                        ["refundLineItems", String(index), "quantity"],
                        "Quantity cannot refund more items than were purchased")
                }
                taken[line, default: 0] += quantity
                let restock = (Self.text(Self.member("restockType", of: entry)) ?? "NO_RESTOCK").lowercased()
                if restock == "return", Self.member("locationId", of: entry) == nil {
                    return refuse(
                        ["refundLineItems", String(index), "locationId"], "Location is required when restocking")
                }
                lines.append((line, quantity, restock))
            }
        }
        let shipping: Int64
        switch refundedShipping(Self.member("shipping", of: input), of: order) {
        case .success(let amount): shipping = amount
        case .failure(let problem): return .problems(type, [problem])
        }
        var payments: [(payment: Int, amount: Int64)] = []
        if case .array(let entries)? = Self.member("transactions", of: input) {
            for (index, entry) in entries.enumerated() {
                guard let parent = payment(Self.text(Self.member("parentId", of: entry)) ?? "", of: order),
                    let amount = minor(Self.text(Self.member("amount", of: entry)) ?? "")
                else {
                    return refuse(["transactions", String(index), "parentId"], "Parent transaction could not be found")
                }
                let paid = orders[order].received - orders[order].returned
                guard amount > 0, amount <= left(of: parent, in: order) else {
                    return refuse(
                        nil,
                        "Refund amount \(plainAmount(amount)) is greater than net payment received \(plainAmount(paid))"
                    )
                }
                payments.append((parent, amount))
            }
        }
        _ = giveBack(order, lines, shipping: shipping, note: Self.text(Self.member("note", of: input)), at: now)
        for (payment, amount) in payments { pay(back: amount, to: payment, order: order, at: now) }
        finishRefund(order, at: now)
        let refund = TwinObject.refund(order: order, orders[order].refunds.count - 1)
        return .payload(
            type, [("refund", .object(refund)), ("order", .object(.order(order))), ("userErrors", .list([]))])
    }

    private func payment(_ id: String, of order: Int) -> Int? {
        Self.position(id, FirstID.transaction + Int64(order) * 1000, count: orders[order].transactions.count)
    }

    private func refundedShipping(_ input: JSONValue?, of order: Int) -> Result<Int64, TwinProblem> {
        guard let input, input != .null else { return .success(0) }
        let left = orders[order].shipping - orders[order].refundedShipping
        if Self.flag(Self.member("fullRefund", of: input)) == true { return .success(left) }
        let amount = minor(Self.text(Self.member("amount", of: input)) ?? "0") ?? 0
        guard amount >= 0, amount <= left else {
            return .failure(
                TwinProblem(
                    field: ["shipping", "amount"], message: "Shipping refund amount cannot exceed the shipping paid"))
        }
        return .success(amount)
    }
}

extension TwinProblem: Error {}
