// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    func orderValue(_ field: String, _ position: Int, _ arguments: [String: JSONValue]) -> TwinValue {
        switch field {
        case "id": .text(GlobalID.text(.order, String(orders[position].id)))
        case "name": .text(orders[position].name)
        case "createdAt", "processedAt": .text(orders[position].createdAt.iso)
        case "updatedAt": .text(orders[position].updatedAt.iso)
        case "cancelledAt": .text(orders[position].cancelledAt?.iso)
        case "cancelReason": .text(orders[position].cancelReason?.asciiUppercased)
        case "displayFinancialStatus": .text(orders[position].financialStatus)
        case "displayFulfillmentStatus": .text(orders[position].fulfillmentStatus)
        case "taxesIncluded": .flag(false)
        case "currencyCode": .text(currency.code)
        case "email": .text(orders[position].buyer.email)
        case "phone": .text(orders[position].buyer.phone)
        case "note": .text(orders[position].note)
        case "totalPriceSet": bag(orders[position].total)
        case "totalRefundedSet": bag(orders[position].returned)
        case "totalTipReceivedSet": bag(0)
        case "customer": .object(.customer(order: position))
        case "shippingAddress": orders[position].buyer.shipTo == nil ? .null : .object(.address(order: position))
        case "lineItems": page(of: orders[position].lines.count, arguments) { .line(order: position, $0) }
        case "shippingLines": page(of: 1, arguments) { _ in .shippingLine(order: position) }
        case "refunds": .list(orders[position].refunds.indices.map { .refund(order: position, $0) })
        case "fulfillments": .list(orders[position].fulfillments.indices.map { .fulfillment(order: position, $0) })
        case "fulfillmentOrders": page(of: 1, arguments) { _ in .fulfillmentOrder(position) }
        case "transactions": .list(orders[position].transactions.indices.map { .transaction(order: position, $0) })
        default: .null
        }
    }

    func orderPartValue(_ field: String, of object: TwinObject) -> TwinValue {
        switch object {
        case .line(let order, let line): lineValue(field, order, line)
        case .shippingLine(let order):
            switch field {
            case "id": .text(GlobalID.text(.shippingLine, String(orders[order].id + 1_000_000)))
            case "title": .text("Standard")
            case "originalPriceSet": bag(orders[order].shipping)
            case "discountAllocations", "taxLines": .list([])
            default: .null
            }
        case .customer(let order): customerValue(field, order)
        case .emailAddress(let text), .phoneNumber(let text): .text(text)
        case .address(let order): addressValue(field, orders[order].buyer)
        case .transaction(let order, let position): transactionValue(field, order, position)
        default: .null
        }
    }

    private func lineValue(_ field: String, _ order: Int, _ position: Int) -> TwinValue {
        let line = orders[order].lines[position]
        switch field {
        case "id": return .text(lineID(order, position))
        case "title": return .text(line.title)
        case "sku": return .text(line.sku)
        case "quantity": return .number(line.quantity)
        case "currentQuantity": return .number(line.quantity - line.refunded)
        case "unfulfilledQuantity": return .number(line.open)
        case "variant": return line.article.map { .object(.variant($0)) } ?? .null
        case "originalUnitPriceSet": return .object(.money(Self.shortest(line.unitPrice)))
        case "originalTotalSet": return bag(line.total)
        case "discountAllocations", "taxLines": return .list([])
        default: return .null
        }
    }

    func lineID(_ order: Int, _ position: Int) -> String {
        GlobalID.text(.lineItem, String(orders[order].firstLineID + Int64(position)))
    }

    /// A unit price with at least one decimal and no needless zeros: `6.5`, `0.1255`.
    static func shortest(_ price: Decimal10) -> String {
        var price = price
        while price.scale > 1, price.units % 10 == 0 {
            price = Decimal10(units: price.units / 10, scale: price.scale - 1)
        }
        return price.scale == 0 ? "\(price).0" : price.description
    }

    private func customerValue(_ field: String, _ order: Int) -> TwinValue {
        let buyer = orders[order].buyer
        let names = Self.names(buyer)
        switch field {
        case "id": return .text(GlobalID.text(.customer, String(orders[order].customerID)))
        case "firstName": return .text(names.first)
        case "lastName": return .text(names.last)
        case "displayName": return .text(buyer.name ?? buyer.email ?? "")
        case "defaultEmailAddress": return buyer.email.map { .object(.emailAddress($0)) } ?? .null
        case "defaultPhoneNumber": return buyer.phone.map { .object(.phoneNumber($0)) } ?? .null
        default: return .null
        }
    }

    /// The service keeps the name in two parts.
    static func names(_ buyer: Buyer) -> (first: String?, last: String?) {
        guard let name = buyer.name, !name.isEmpty else { return (nil, nil) }
        guard let blank = name.lastIndex(of: " ") else { return (name, nil) }
        return (String(name[..<blank]), String(name[name.index(after: blank)...]))
    }

    private func addressValue(_ field: String, _ buyer: Buyer) -> TwinValue {
        let address = buyer.shipTo
        switch field {
        case "name": return .text(address?.name)
        case "address1": return .text(address?.lines.first)
        case "address2":
            return .text(address.flatMap { $0.lines.count > 1 ? $0.lines.dropFirst().joined(separator: ", ") : nil })
        case "city": return .text(address?.city)
        case "province", "provinceCode": return .text(address?.region)
        case "zip": return .text(address?.postcode)
        case "countryCodeV2": return .text(address?.country)
        default: return .null
        }
    }

    private func transactionValue(_ field: String, _ order: Int, _ position: Int) -> TwinValue {
        let transaction = orders[order].transactions[position]
        switch field {
        case "id": return .text(transactionID(order, position))
        case "kind": return .text(transaction.isRefund ? "REFUND" : "SALE")
        case "status": return .text("SUCCESS")
        case "gateway": return .text("shopify_payments")
        case "amountSet": return bag(transaction.amount)
        case "parentTransaction": return transaction.parent.map { .object(.transaction(order: order, $0)) } ?? .null
        default: return .null
        }
    }

    /// A thousand to an order: more than the service lets one have.
    func transactionID(_ order: Int, _ position: Int) -> String {
        GlobalID.text(.transaction, String(FirstID.transaction + Int64(order) * 1000 + Int64(position)))
    }

    // MARK: Refunds

    func refundValue(_ field: String, of object: TwinObject, _ arguments: [String: JSONValue]) -> TwinValue {
        switch object {
        case .refund(let order, let position): return refundValue(field, order, position, arguments)
        case .refundLine(let order, let refund, let position):
            let line = orders[order].refunds[refund].lines[position]
            switch field {
            case "id":
                return .text(
                    GlobalID.text(.refundLineItem, String(orders[order].refunds[refund].id * 10 + Int64(position))))
            case "quantity": return .number(line.quantity)
            case "restockType": return .text(line.restock.asciiUppercased)
            case "lineItem": return .object(.line(order: order, line.line))
            case "subtotalSet": return bag(line.subtotal)
            case "totalTaxSet": return bag(0)
            default: return .null
            }
        case .refundShipping(let order, let refund):
            switch field {
            case "id": return .text("gid://shopify/RefundShippingLine/\(orders[order].refunds[refund].id)")
            case "subtotalAmountSet": return bag(orders[order].refunds[refund].shipping)
            case "taxAmountSet": return bag(0)
            default: return .null
            }
        default: return .null
        }
    }

    private func refundValue(_ field: String, _ order: Int, _ position: Int, _ arguments: [String: JSONValue])
        -> TwinValue
    {
        let refund = orders[order].refunds[position]
        switch field {
        case "id": return .text(GlobalID.text(.refund, String(refund.id)))
        case "createdAt": return .text(refund.at.iso)
        case "note": return .text(refund.note)
        case "totalRefundedSet":
            return bag(refund.transactions.reduce(0) { $0 + orders[order].transactions[$1].amount })
        case "refundShippingLines":
            return page(of: refund.shipping > 0 ? 1 : 0, arguments) { _ in
                .refundShipping(order: order, refund: position)
            }
        case "refundLineItems":
            return page(of: refund.lines.count, arguments) { .refundLine(order: order, refund: position, $0) }
        default: return .null
        }
    }
}
