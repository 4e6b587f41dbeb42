// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// The data sets that a caller asks for beside the order itself.
struct OrderData {
    private let names: Set<String>
    private static let all: Set<String> = [
        "BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX",
        "PAYMENT",
        "FULFILLMENT_ORDERS",
    ]

    /// Nil for a name that is none.
    init?(_ text: String?) {
        names = Set((text ?? "").split(separator: ",").map(String.init))
        guard names.isSubset(of: Self.all) else { return nil }
    }

    func holds(_ name: String) -> Bool { names.contains(name) }
}

extension AmazonTwin {
    /// An order as the model has it. A pending one has neither address nor money.
    func json(_ order: TwinOrder, _ data: OrderData) -> JSONValue {
        let isPending = order.status == .pending
        var root: JSONValue = [:]
        root.add("orderId", .string(order.id))
        root.add("createdTime", .string(order.placedAt.iso))
        root.add("lastUpdatedTime", .string(order.changedAt.iso))
        root.add("programs", .array([]))
        root.add(
            "salesChannel",
            [
                "channelName": "AMAZON", "marketplaceId": .string(marketplace.id),
                "marketplaceName": .string(marketplace.title),
            ])
        if data.holds("BUYER"), !isPending, !hidesBuyers { root.add("buyer", buyer(order.buyer)) }
        if data.holds("RECIPIENT"), !isPending, !hidesBuyers, let address = order.buyer.shipTo {
            root.add("recipient", ["deliveryAddress": self.address(address, phone: order.buyer.phone)])
        }
        if data.holds("PROCEEDS"), !isPending { root.add("proceeds", proceeds(order)) }
        if data.holds("FULFILLMENT") {
            root.add(
                "fulfillment",
                [
                    "fulfillmentStatus": .string(order.status.rawValue), "fulfilledBy": "MERCHANT",
                    "fulfillmentServiceLevel": "STANDARD",
                ])
        }
        root.add("orderItems", .array(order.lines.indices.map { item(order, $0, data) }))
        if data.holds("PACKAGES"), !order.packages.isEmpty {
            root.add("packages", .array(order.packages.map { package($0, order) }))
        }
        return root
    }

    private func buyer(_ buyer: Buyer) -> JSONValue {
        var json: JSONValue = [:]
        if let name = buyer.name { json.add("buyerName", .string(name)) }
        if let email = buyer.email {
            // The seller never sees the real one.
            let alias = ByteText.hex(Signature.sha256(Array(email.utf8)).prefix(7))
            json.add("buyerEmail", .string("\(alias)@marketplace.\(marketplace.domain)"))
        }
        return json
    }

    private func address(_ address: PostalAddress, phone: String?) -> JSONValue {
        var json: JSONValue = [:]
        if let name = address.name { json.add("name", .string(name)) }
        for (number, line) in address.lines.prefix(3).enumerated() { json.add("addressLine\(number + 1)", .string(line)) }
        if let city = address.city { json.add("city", .string(city)) }
        if let region = address.region { json.add("stateOrRegion", .string(region)) }
        if let postcode = address.postcode { json.add("postalCode", .string(postcode)) }
        if let country = address.country { json.add("countryCode", .string(country)) }
        if let phone { json.add("phone", .string(phone)) }
        json.add("addressType", "RESIDENTIAL")
        return json
    }

    func money(_ money: Money) -> JSONValue {
        ["amount": .string(money.decimalText), "currencyCode": .string(money.currency.code)]
    }

    private func proceeds(_ order: TwinOrder) -> JSONValue {
        let goods = order.lines.reduce(Money.zero(currency)) { $0 + $1.net }
        var parts: [JSONValue] = [["type": "ITEM", "subtotal": money(goods)]]
        if order.shipping.minor > 0 { parts.append(["type": "SHIPPING", "subtotal": money(order.shipping)]) }
        return ["grandTotal": money(goods + order.shipping), "breakdowns": .array(parts)]
    }

    private func item(_ order: TwinOrder, _ place: Int, _ data: OrderData) -> JSONValue {
        let line = order.lines[place]
        let isPending = order.status == .pending
        var product: JSONValue = [:]
        product.add("asin", .string(line.asin))
        product.add("title", .string(line.title))
        if !line.sku.isEmpty { product.add("sellerSku", .string(line.sku)) }
        product.add("condition", ["conditionType": "NEW", "conditionSubtype": "NEW"])
        if !isPending {
            product.add(
                "price", ["unitPrice": ["amount": .string(line.unitPrice), "currencyCode": .string(currency.code)]])
        }
        var json: JSONValue = [:]
        json.add("orderItemId", .string(line.id))
        json.add("quantityOrdered", .integer(line.quantity))
        json.add("product", product)
        if data.holds("PROCEEDS"), !isPending {
            var parts: [JSONValue] = [["type": "ITEM", "subtotal": money(line.net)]]
            let shipping = place == 0 ? order.shipping : .zero(currency)
            if shipping.minor > 0 { parts.append(["type": "SHIPPING", "subtotal": money(shipping)]) }
            json.add("proceeds", ["proceedsTotal": money(line.net + shipping), "breakdowns": .array(parts)])
        }
        if data.holds("CANCELLATION"), order.buyerAsks || order.cancelledBy != nil {
            var cancellation: JSONValue = [:]
            if order.buyerAsks {
                cancellation.add("cancellationRequest", ["requester": "BUYER", "cancelReason": "Ordered by mistake"])
            }
            if let by = order.cancelledBy {
                cancellation.add(
                    "cancellationExecution",
                    ["cancelledBy": .string(by), "cancelReason": .string(order.cancelReason ?? "")])
            }
            json.add("cancellation", cancellation)
        }
        if data.holds("FULFILLMENT") {
            let open = order.status == .cancelled ? 0 : line.quantity - line.shipped
            json.add("fulfillment", ["quantityFulfilled": .integer(line.shipped), "quantityUnfulfilled": .integer(open)])
        }
        return json
    }

    private func package(_ package: TwinOrder.Package, _ order: TwinOrder) -> JSONValue {
        var json: JSONValue = [:]
        json.add("packageReferenceId", .string(package.reference))
        json.add("createdTime", .string(package.createdAt.iso))
        json.add("packageStatus", ["status": "SHIPPED"])
        json.add("carrier", .string(package.carrier))
        json.add("shipTime", .string(package.shippedAt.iso))
        if let method = package.method { json.add("shippingService", .string(method)) }
        if !package.tracking.isEmpty { json.add("trackingNumber", .string(package.tracking)) }
        json.add(
            "packageItems",
            .array(
                package.items.map { ["orderItemId": .string(order.lines[$0.line].id), "quantity": .integer($0.quantity)] }))
        return json
    }
}
