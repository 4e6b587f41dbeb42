// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension ShopifyConnector {
    /// Looks for a refund whose note ends with the mark of this action, and creates it when there is none. `@idempotent`
    /// guards the call itself, but not for ever and not when the payments have moved in between; the note does.
    func refund(_ refund: ChannelAction.Refund, key: String, _ access: Access) -> Exchange<ActionOutcome> {
        let id = GlobalID.text(.order, refund.orderID)
        let mark = "[\(key)]"
        return call(.refundGround, [("id", .string(id))]) { data throws(ChannelFailure) in
            guard let order = data["order"], !order.isNull else { throw .notFound("order \(refund.orderID)") }
            for earlier in Fields.list(order["refunds"]) where earlier["note"]?.string?.hasSuffix(mark) == true {
                return .done(.alreadyDone(externalID: Fields.optionalID(earlier["id"])))
            }
            let payments = try Payment.list(order["transactions"], refund.total.currency)
            let transactions = try Self.transactions(giving: refund.total, from: payments, of: id)
            let taxesIncluded = order["taxesIncluded"]?.bool ?? false
            return .then(
                self.wholeOrder(refund.orderID) { whole throws(ChannelFailure) in
                    guard let whole else { throw .notFound("order \(refund.orderID)") }
                    return .then(
                        self.withLocation(access) { location in
                            var input = Self.input(
                                refund, of: whole, transactions: transactions, at: location, mark: mark)
                            if refund.shipping.minor > 0 {
                                input.add(
                                    "shipping", Self.shipping(refund.shipping, of: whole, taxesIncluded: taxesIncluded))
                            }
                            return self.create(input, key: key)
                        })
                })
        }
    }

    /// A payment that money can go back to.
    private struct Payment: Sendable {
        var id: String
        var gateway: String
        var left: Money

        /// Successful sales and captures, less what went back to them already.
        static func list(_ json: JSON?, _ currency: Currency) throws(ChannelFailure) -> [Payment] {
            var payments: [Payment] = []
            var returned: [String: Int64] = [:]
            do throws(Unreadable) {
                for transaction in Fields.list(json) {
                    let status = transaction["status"]?.string
                    let amount = try Fields.bag(transaction["amountSet"], "transaction.amountSet", currency)
                    switch transaction["kind"]?.string {
                    case "SALE" where status == "SUCCESS", "CAPTURE" where status == "SUCCESS":
                        let id = try Fields.text(transaction["id"], "transaction.id")
                        payments.append(
                            Payment(id: id, gateway: transaction["gateway"]?.string ?? "manual", left: amount))
                    case "REFUND" where status == "SUCCESS" || status == "PENDING":
                        if let parent = transaction["parentTransaction"]?["id"]?.string {
                            returned[parent, default: 0] += amount.minor
                        }
                    default: break
                    }
                }
            } catch { throw .unreadable(error) }
            for index in payments.indices { payments[index].left.minor -= returned[payments[index].id] ?? 0 }
            return payments
        }
    }

    /// Takes the money from the payments in their order.
    private static func transactions(
        giving total: Money, from payments: [Payment], of order: String
    ) throws(ChannelFailure) -> [JSONValue] {
        var missing = total.minor
        var transactions: [JSONValue] = []
        for payment in payments where missing > 0 && payment.left.minor > 0 {
            let part = Money(minor: min(missing, payment.left.minor), total.currency)
            missing -= part.minor
            transactions.append([
                "orderId": .string(order), "parentId": .string(payment.id), "kind": "REFUND",
                "gateway": .string(payment.gateway),
                "amount": .string(part.decimalText),
            ])
        }
        guard missing <= 0 else { throw .refused("more is to go back than was paid and not given back yet") }
        return transactions
    }

    private static func input(
        _ refund: ChannelAction.Refund, of order: ChannelOrder, transactions: [JSONValue], at location: String,
        mark: String
    ) -> JSONValue {
        [
            "orderId": .string(GlobalID.text(.order, refund.orderID)),
            "note": .string(refund.note.isEmpty ? mark : "\(refund.note) \(mark)"), "notify": true,
            "refundLineItems": .array(lines(refund, of: order, at: location)), "transactions": .array(transactions),
        ]
    }

    private func create(_ input: JSONValue, key: String) -> Exchange<ActionOutcome> {
        call(.createRefund, [("input", input), ("key", .string(key))]) { data throws(ChannelFailure) in
            let payload = data["refundCreate"]
            if let failure = UserProblem.failure(UserProblem.list(payload?["userErrors"])) { throw failure }
            guard let id = Fields.optionalID(payload?["refund"]?["id"]) else {
                throw .unreadable(.missing(field: "refund.id"))
            }
            return .done(.done(externalID: id))
        }
    }

    /// Units that come back are `RETURN` when they had left and `CANCEL` when they had not; a line may need both.
    private static func lines(_ refund: ChannelAction.Refund, of order: ChannelOrder, at location: String)
        -> [JSONValue]
    {
        var lines: [JSONValue] = []
        var waiting = OpenUnits(of: order)
        for line in refund.lines where line.quantity.units > 0 {
            func add(_ units: Int, _ type: String) {
                guard units > 0 else { return }
                var entry: JSONValue = [
                    "lineItemId": .string(GlobalID.text(.lineItem, line.lineID)), "quantity": .integer(units),
                    "restockType": .string(type),
                ]
                if type != "NO_RESTOCK" { entry.add("locationId", .string(location)) }
                lines.append(entry)
            }
            guard line.restock else {
                add(line.quantity.units, "NO_RESTOCK")
                continue
            }
            let unshipped = waiting.take(line.quantity.units, of: line.lineID)
            add(unshipped, "CANCEL")
            add(line.quantity.units - unshipped, "RETURN")
        }
        return lines
    }

    /// Shopify wants shipping as the order's prices are: with tax only where they include it.
    private static func shipping(_ amount: Money, of order: ChannelOrder, taxesIncluded: Bool) -> JSONValue {
        let isFirst = (order.refunds ?? []).allSatisfy { $0.shipping.minor == 0 && $0.shippingTax.minor == 0 }
        if isFirst, amount == order.shipping + order.shippingTax { return ["fullRefund": true] }
        guard !taxesIncluded, order.shippingTax.minor > 0, order.shipping.minor >= 0 else {
            return ["amount": .string(amount.decimalText)]
        }
        let net = amount.split(by: [order.shipping.minor, order.shippingTax.minor])[0]
        return ["amount": .string(net.decimalText)]
    }
}

/// Units of an order that are neither shipped nor given back, by line.
struct OpenUnits: Sendable {
    private var units: [String: Int] = [:]

    init(of order: ChannelOrder) {
        for line in order.lines { units[line.externalID, default: 0] += line.quantity.units }
        for shipment in order.shipments ?? [] where !shipment.isCancelled {
            for line in shipment.lines { units[line.lineID, default: 0] -= line.quantity.units }
        }
        for refund in order.refunds ?? [] {
            for line in refund.lines where line.disposition == .removed {
                units[line.lineID, default: 0] -= line.quantity.units
            }
        }
    }

    subscript(line: String) -> Int { max(0, units[line] ?? 0) }

    /// Takes as many as there are of those wanted.
    mutating func take(_ wanted: Int, of line: String) -> Int {
        let taken = min(wanted, self[line])
        units[line, default: 0] -= taken
        return taken
    }
}
