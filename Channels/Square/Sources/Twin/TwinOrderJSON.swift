// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    /// An order as Square writes it.
    func orderJSON(_ position: Int, at now: Instant) -> JSONValue {
        let order = orders[position]
        var json: JSONValue = [
            "id": .string(TwinID.order.text(position)), "location_id": .string(location), "state": .string(order.state),
            "version": .integer(order.version), "created_at": .string(order.createdAt.iso), "updated_at": .string(order.updatedAt.iso),
            "source": ["name": "Square Online"],
        ]
        if let closed = order.closedAt { json.add("closed_at", .string(closed.iso)) }
        if let giveBack = order.giveBack { addReturn(giveBack, position, to: &json, at: now) } else { addSale(order, position, to: &json) }
        return json
    }

    private func addSale(_ order: TwinOrder, _ position: Int, to json: inout JSONValue) {
        json.add("reference_id", .string(String(order.reference.prefix(40))))
        json.add("line_items", .array(order.lines.indices.map { line($0, of: order, position) }))
        if order.lines.contains(where: { $0.discount > 0 }) {
            json.add(
                "discounts",
                .array(
                    order.lines.indices.filter { order.lines[$0].discount > 0 }.map { line in
                        [
                            "uid": .string("D\(line)"), "name": "Price in fractions", "type": "FIXED_AMOUNT", "scope": "LINE_ITEM",
                            "amount_money": money(order.lines[line].discount), "applied_money": money(order.lines[line].discount),
                        ]
                    }))
        }
        if order.shipping > 0 {
            json.add(
                "service_charges",
                [
                    [
                        "uid": "S1", "name": "Shipping", "amount_money": money(order.shipping), "applied_money": money(order.shipping),
                        "total_money": money(order.shipping), "total_tax_money": money(0), "calculation_phase": "SUBTOTAL_PHASE", "taxable": false,
                        "type": "CUSTOM", "treatment_type": "LINE_ITEM_TREATMENT", "scope": "ORDER",
                    ]
                ])
        }
        json.add("fulfillments", [parcel(order, position)])
        json.add("total_money", money(order.total))
        json.add("total_tax_money", money(0))
        json.add("total_discount_money", money(order.lines.reduce(0) { $0 + $1.discount }))
        json.add("total_tip_money", money(0))
        json.add("total_service_charge_money", money(order.shipping))
        json.add("net_amount_due_money", money(order.paidAt == nil ? order.total : 0))
        guard let paid = order.paidAt else { return }
        json.add(
            "tenders",
            [
                [
                    "id": .string(TwinID.payment.text(position)), "payment_id": .string(TwinID.payment.text(position)),
                    "location_id": .string(location), "transaction_id": .string(TwinID.order.text(position)), "created_at": .string(paid.iso),
                    "amount_money": money(order.total), "type": "CARD",
                    "card_details": ["status": "CAPTURED", "card": ["card_brand": "VISA", "last_4": "1111"], "entry_method": "KEYED"],
                ]
            ])
    }

    private func line(_ number: Int, of order: TwinOrder, _ position: Int) -> JSONValue {
        let line = order.lines[number]
        var json: JSONValue = [
            "uid": .string(TwinID.line.text(position, number)), "name": .string(line.title), "quantity": .string(String(line.quantity)),
            "item_type": line.article == nil ? "CUSTOM_AMOUNT" : "ITEM",
        ]
        if let article = line.article {
            json.add("catalog_object_id", .string(TwinID.variation.text(article)))
            let options = articles[article].seed.options
            json.add("variation_name", .string(options.isEmpty ? "Regular" : options.map(\.value).joined(separator: ", ")))
        }
        let gross = line.base * Int64(line.quantity)
        json.add("base_price_money", money(line.base))
        json.add("variation_total_price_money", money(gross))
        json.add("gross_sales_money", money(gross))
        json.add("total_tax_money", money(0))
        json.add("total_discount_money", money(line.discount))
        json.add("total_money", money(line.total))
        if line.discount > 0 {
            json.add(
                "applied_discounts", [["uid": .string("A\(number)"), "discount_uid": .string("D\(number)"), "applied_money": money(line.discount)]])
        }
        return json
    }

    private func parcel(_ order: TwinOrder, _ position: Int) -> JSONValue {
        let parcel = order.parcel
        var details: JSONValue = ["recipient": recipient(order.buyer), "placed_at": .string(order.createdAt.iso)]
        for (name, text) in [
            ("carrier", parcel.carrier), ("tracking_number", parcel.number), ("tracking_url", parcel.url), ("cancel_reason", parcel.cancelReason),
            ("shipped_at", parcel.shippedAt?.iso), ("canceled_at", parcel.canceledAt?.iso),
        ] { if let text { details.add(name, .string(text)) } }
        var json: JSONValue = [
            "uid": .string(TwinID.parcel.text(position)), "type": "SHIPMENT", "state": .string(parcel.state), "line_item_application": "ALL",
            "shipment_details": details,
        ]
        if let metadata = parcel.metadata { json.add("metadata", metadata) }
        return json
    }

    private func recipient(_ buyer: Buyer) -> JSONValue {
        var json: JSONValue = [:]
        if let name = buyer.name { json.add("display_name", .string(name)) }
        if let email = buyer.email { json.add("email_address", .string(email)) }
        // Square keeps seventeen characters of a number.
        if let phone = buyer.phone { json.add("phone_number", .string(String(phone.prefix(17)))) }
        guard let place = buyer.shipTo else { return json }
        var address: JSONValue = [:]
        for (number, line) in place.lines.prefix(3).enumerated() { address.add("address_line_\(number + 1)", .string(line)) }
        for (name, text) in [
            ("locality", place.city), ("administrative_district_level_1", place.region), ("postal_code", place.postcode), ("country", place.country),
            ("first_name", place.name),
        ] { if let text { address.add(name, .string(text)) } }
        json.add("address", address)
        return json
    }

    private func addReturn(_ giveBack: TwinOrder.GiveBack, _ position: Int, to json: inout JSONValue, at now: Instant) {
        let source = orders[giveBack.source]
        let lines = giveBack.lines.enumerated().map { number, line -> JSONValue in
            var entry: JSONValue = ["uid": .string(TwinID.line.text(position, number)), "quantity": .string(String(line.quantity))]
            if let sold = line.line {
                entry.add("source_line_item_uid", .string(TwinID.line.text(giveBack.source, sold)))
                entry.add("name", .string(source.lines[sold].title))
                entry.add("item_type", source.lines[sold].article == nil ? "CUSTOM_AMOUNT" : "ITEM")
                if let article = source.lines[sold].article { entry.add("catalog_object_id", .string(TwinID.variation.text(article))) }
                entry.add("base_price_money", money(source.lines[sold].base))
            } else {
                entry.add("item_type", "CUSTOM_AMOUNT")
                entry.add("base_price_money", money(line.amount))
            }
            entry.add("gross_return_money", money(line.amount))
            entry.add("total_tax_money", money(0))
            entry.add("total_discount_money", money(0))
            entry.add("total_money", money(line.amount))
            return entry
        }
        let amounts: JSONValue = [
            "total_money": money(giveBack.total), "tax_money": money(0), "discount_money": money(0), "tip_money": money(0),
            "service_charge_money": money(0),
        ]
        json.add(
            "returns",
            [
                [
                    "uid": .string(TwinID.change.text(position, 1)), "source_order_id": .string(TwinID.order.text(giveBack.source)),
                    "return_line_items": .array(lines), "return_amounts": amounts,
                ]
            ])
        json.add("return_amounts", amounts)
        json.add("total_money", money(0))
        json.add("net_amounts", ["total_money": money(-giveBack.total)])
        json.add(
            "refunds",
            [
                [
                    "id": .string(TwinID.refund.text(position)), "location_id": .string(location),
                    "transaction_id": .string(TwinID.order.text(giveBack.source)), "tender_id": .string(TwinID.payment.text(giveBack.source)),
                    "created_at": .string(orders[position].createdAt.iso), "reason": .string(giveBack.reason), "amount_money": money(giveBack.total),
                    "status": now < orders[position].createdAt + Self.refundTakes ? "PENDING" : "APPROVED",
                ]
            ])
    }
}
