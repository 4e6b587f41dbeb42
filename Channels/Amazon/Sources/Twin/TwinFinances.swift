// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonTwin {
    mutating func post(_ kind: TwinTransaction.Kind, _ order: Int, _ items: [TwinTransaction.Item], at now: Instant) {
        let id = ByteText.base64(Self.bytes(18, &random)) + "-\(nextNumber())"
        transactionsOf[order, default: []].append(transactions.count)
        transactions.append(
            TwinTransaction(id: id, kind: kind, order: order, at: max(now, transactions.last?.at ?? now), items: items))
    }

    /// `listTransactions`: by time or by order, never nearer than two minutes, five hundred to a page.
    func listTransactions(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        let horizon = now - .minutes(2)
        var before = horizon
        if let text = request.query("postedBefore") {
            guard let asked = Instant(iso: text), asked < horizon else {
                return .invalid("postedBefore has to be more than two minutes before the request")
            }
            before = asked
        }
        var found: [Int] = []
        var next: Int?
        let token = request.query("nextToken")
        guard token == nil || Self.place(token ?? "") != nil else { return .invalid("nextToken") }
        if let id = request.query("relatedIdentifierValue") {
            guard request.query("relatedIdentifierName") == "ORDER_ID" else { return .invalid("relatedIdentifierName") }
            found = (orderAt[id].flatMap { transactionsOf[$0] } ?? []).filter { transactions[$0].at < before }
        } else {
            guard let after = request.query("postedAfter").flatMap({ Instant(iso: $0) }) else {
                return .invalid("postedAfter")
            }
            guard after < horizon, after < before else { return .invalid("postedAfter") }
            if (before - after).milliseconds <= Span.days(180).milliseconds {
                var at = token.flatMap { Self.place($0) } ?? firstTransaction(notBefore: after)
                while at < transactions.count, transactions[at].at < before {
                    if found.count == 500 {
                        next = at
                        break
                    }
                    found.append(at)
                    at += 1
                }
            }
        }
        var payload: JSONValue = [:]
        payload.add("transactions", .array(found.map { json(transactions[$0]) }))
        if let next { payload.add("nextToken", .string(Self.token(next))) }
        return .json(200, ["payload": payload])
    }

    private func firstTransaction(notBefore moment: Instant) -> Int {
        var low = 0
        var high = transactions.count
        while low < high {
            let middle = (low + high) / 2
            if transactions[middle].at < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func amount(_ money: Money) -> JSONValue {
        ["currencyCode": .string(money.currency.code), "currencyAmount": .number(money.decimalText)]
    }

    private func part(_ type: String, _ money: Money, _ inner: [JSONValue] = []) -> JSONValue {
        ["breakdownType": .string(type), "breakdownAmount": amount(money), "breakdowns": .array(inner)]
    }

    /// Goods, tax and shipping as the buyer sees them, and fifteen per cent between Amazon and the seller.
    private func json(_ transaction: TwinTransaction) -> JSONValue {
        let order = orders[transaction.order]
        let isRefund = transaction.kind == .refund
        var total = Money.zero(currency)
        var items: [JSONValue] = []
        for item in transaction.items {
            let line = order.lines[item.line]
            func signed(_ money: Money) -> Money { isRefund ? -money : money }
            let fee = Money(minor: -signed(item.goods).minor * 15 / 100, currency)
            let sum = signed(item.goods + item.tax + item.shipping) + fee
            total += sum
            var parts = [part("ProductCharges", signed(item.goods), [part("OurPricePrincipal", signed(item.goods))])]
            if item.tax.minor != 0 { parts.append(part("Tax", signed(item.tax), [part("OurPriceTax", signed(item.tax))])) }
            if item.shipping.minor != 0 {
                parts.append(part("Shipping", signed(item.shipping), [part("ShippingPrincipal", signed(item.shipping))]))
            }
            parts.append(part("AmazonFees", fee, [part("Commission", fee, [part("Base", fee)])]))
            var context: JSONValue = [
                "contextType": "ProductContext", "asin": .string(line.asin), "quantityShipped": .integer(item.quantity),
            ]
            context.add("sku", .string(line.sku))
            context.add("fulfillmentNetwork", "MFN")
            var json: JSONValue = [
                "description": .string(line.title), "totalAmount": amount(sum), "breakdowns": .array(parts),
                "contexts": .array([context]),
            ]
            if isRefund {
                json.add(
                    "relatedIdentifiers",
                    [
                        [
                            "itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID",
                            "itemRelatedIdentifierValue": .string("\(line.id)1"),
                        ]
                    ])
            }
            items.append(json)
        }
        return envelope(transaction, order, total, items)
    }

    private func envelope(_ transaction: TwinTransaction, _ order: TwinOrder, _ total: Money, _ items: [JSONValue])
        -> JSONValue
    {
        var root: JSONValue = [:]
        root.add(
            "sellingPartnerMetadata",
            [
                "sellingPartnerId": .string(sellerID), "accountType": "Standard Orders",
                "marketplaceId": .string(marketplace.id),
            ])
        root.add(
            "relatedIdentifiers", [["relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": .string(order.id)]])
        root.add("transactionType", .string(transaction.kind.rawValue))
        root.add("transactionId", .string(transaction.id))
        root.add("transactionStatus", "RELEASED")
        root.add("description", .string(transaction.kind == .refund ? "Refund Order" : "Order Payment"))
        root.add("postedDate", .string(transaction.at.iso))
        root.add("totalAmount", amount(total))
        root.add(
            "marketplaceDetails",
            ["marketplaceId": .string(marketplace.id), "marketplaceName": .string(marketplace.domain)])
        root.add("items", .array(items))
        root.add("contexts", .array([]))
        root.add("breakdowns", .array([]))
        return root
    }
}
