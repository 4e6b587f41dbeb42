// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import SquareChannel
import Testing
import Vocabulary

/// A sale as Square Online writes it: two lines, one with a discount, tax on top, charged for sending, a tip, paid by card.
private let online = """
    {"id":"O1","location_id":"L1","reference_id":"1042","state":"OPEN","version":4,"created_at":"2026-11-02T09:00:00.120Z",
    "updated_at":"2026-11-02T09:00:03.456Z","customer_id":"C7","line_items":[
    {"uid":"a","name":"Mug","variation_name":"Regular","catalog_object_id":"V1","item_type":"ITEM","quantity":"3","base_price_money":{"amount":650,"currency":"GBP"},
    "variation_total_price_money":{"amount":1950,"currency":"GBP"},"gross_sales_money":{"amount":1950,"currency":"GBP"},
    "total_discount_money":{"amount":195,"currency":"GBP"},"total_tax_money":{"amount":351,"currency":"GBP"},"total_money":{"amount":2106,"currency":"GBP"}},
    {"uid":"b","name":"Tea","variation_name":"Large","catalog_object_id":"V2","quantity":"1","base_price_money":{"amount":725,"currency":"GBP"},
    "gross_sales_money":{"amount":725,"currency":"GBP"},"total_discount_money":{"amount":0,"currency":"GBP"},
    "total_tax_money":{"amount":145,"currency":"GBP"},"total_money":{"amount":870,"currency":"GBP"}}],
    "service_charges":[{"uid":"s","name":"Standard Shipping","amount_money":{"amount":395,"currency":"GBP"},"applied_money":{"amount":395,"currency":"GBP"},
    "total_money":{"amount":474,"currency":"GBP"},"total_tax_money":{"amount":79,"currency":"GBP"},"treatment_type":"LINE_ITEM_TREATMENT"},
    {"uid":"w","name":"Gift wrap","applied_money":{"amount":200,"currency":"GBP"},"total_money":{"amount":240,"currency":"GBP"},
    "total_tax_money":{"amount":40,"currency":"GBP"}}],
    "fulfillments":[{"uid":"f","type":"SHIPMENT","state":"PROPOSED","line_item_application":"ALL","shipment_details":{"recipient":{
    "display_name":"Ada Example","email_address":"ada@example.test","phone_number":"+442079460000","address":{"address_line_1":"1 Sample Street",
    "address_line_2":"","locality":"London","postal_code":"N1 1AA","country":"GB","first_name":"Ada","last_name":"Example"}}}}],
    "total_tax_money":{"amount":615,"currency":"GBP"},"total_discount_money":{"amount":195,"currency":"GBP"},"total_tip_money":{"amount":100,"currency":"GBP"},
    "total_money":{"amount":3790,"currency":"GBP"},"net_amount_due_money":{"amount":0,"currency":"GBP"},"tenders":[{"id":"P1","type":"CARD",
    "amount_money":{"amount":3790,"currency":"GBP"},"card_details":{"status":"CAPTURED"}}]}
    """

@Suite struct OrderTests {
    @Test func `a sale adds up to the penny with discount, tax, sending, wrapping and tip`() throws {
        let order = try #require(onlyOrder(try facts(of: online, skus: [("V1", "MUG"), ("V2", "TEA-L")])))
        #expect(order.number == "1042" && order.revision == 4 && order.payment == .paid && order.claimsStock && order.cancelledAt == nil)
        #expect(order.changedAt.milliseconds % 1000 == 456)
        #expect(order.lines.map(\.sku) == ["MUG", "TEA-L"] && order.lines.map(\.variant) == ["V1", "V2"])
        #expect(order.lines.map(\.net.minor) == [1755, 725] && order.lines.map(\.tax.minor) == [351, 145])
        #expect(order.lines.map(\.title) == ["Mug", "Tea, Large"] && order.lines[0].unitPrice.description == "6.50")
        #expect(order.shipping.minor == 395 && order.shippingTax.minor == 79)
        #expect(order.fees.minor == 300 && order.feesTax.minor == 40, "wrapping and tip")
        #expect(sum(order) == order.total && order.total.minor == 3790)
        #expect(order.buyer.externalID == "C7" && order.buyer.shipTo?.lines == ["1 Sample Street"] && order.buyer.shipTo?.name == "Ada Example")
        #expect(order.refunds == nil && order.shipments == [])
    }

    @Test func `tax that prices include is taken out of them`() throws {
        let order = try #require(
            onlyOrder(
                try facts(
                    of: """
                        {"id":"O2","location_id":"L1","state":"COMPLETED","version":2,"created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z",
                        "line_items":[{"uid":"a","name":"Mug","catalog_object_id":"V1","quantity":"2","base_price_money":{"amount":600,"currency":"EUR"},
                        "gross_sales_money":{"amount":1200,"currency":"EUR"},"total_tax_money":{"amount":192,"currency":"EUR"},"total_money":{"amount":1200,"currency":"EUR"}}],
                        "rounding_adjustment":{"amount_money":{"amount":-2,"currency":"EUR"}},"total_tax_money":{"amount":192,"currency":"EUR"},
                        "total_money":{"amount":1198,"currency":"EUR"},"tenders":[{"id":"P","type":"CASH","amount_money":{"amount":1198,"currency":"EUR"}}]}
                        """)))
        #expect(order.lines[0].net.minor == 1008 && order.lines[0].tax.minor == 192 && order.fees.minor == -2)
        #expect(sum(order) == order.total && order.payment == .paid)
    }

    @Test func `a charge that is spread over the lines is in them and not counted twice`() throws {
        let order = try #require(
            onlyOrder(
                try facts(
                    of: """
                        {"id":"O3","location_id":"L1","state":"OPEN","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z",
                        "line_items":[{"uid":"a","name":"Mug","quantity":"1","base_price_money":{"amount":1000,"currency":"GBP"},
                        "total_service_charge_money":{"amount":50,"currency":"GBP"},"total_money":{"amount":1050,"currency":"GBP"}}],
                        "service_charges":[{"uid":"s","name":"Small order","treatment_type":"APPORTIONED_TREATMENT","total_money":{"amount":50,"currency":"GBP"}}],
                        "total_money":{"amount":1050,"currency":"GBP"}}
                        """)))
        #expect(sum(order) == order.total && order.fees.minor == 0 && order.lines[0].variant == nil)
        #expect(order.payment == .pending && !order.claimsStock, "Square takes nothing off the shelf before it is paid")
    }

    @Test func `what was sold over the counter has left, and what was not taken along has not`() throws {
        func order(_ state: String, _ parts: String) throws -> ChannelOrder? {
            onlyOrder(
                try facts(
                    of: """
                        {"id":"O4","location_id":"L1","state":"\(state)","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T10:00:00Z",
                        "line_items":[{"uid":"a","name":"Flowers","quantity":"2","total_money":{"amount":1000,"currency":"GBP"}},
                        {"uid":"b","name":"Earth","quantity":"1","total_money":{"amount":500,"currency":"GBP"}}],"fulfillments":[\(parts)],
                        "total_money":{"amount":1500,"currency":"GBP"},"tenders":[{"id":"P","type":"CASH","amount_money":{"amount":1500,"currency":"GBP"}}]}
                        """))
        }
        let whole = try order("COMPLETED", "")
        #expect(whole?.shipments?.map(\.lines) == [[.init(lineID: "a", quantity: Quantity(2)!), .init(lineID: "b", quantity: Quantity(1)!)]])
        let later =
            #"{"uid":"f","type":"PICKUP","state":"PROPOSED","line_item_application":"ENTRY_LIST","entries":[{"line_item_uid":"b","quantity":"1"}]}"#
        let part = try order("OPEN", later)
        #expect(part?.shipments?.map(\.lines) == [[.init(lineID: "a", quantity: Quantity(2)!)]] && part?.cancelledAt == nil)
        let fetched = try order(
            "COMPLETED",
            #"{"uid":"f","type":"PICKUP","state":"COMPLETED","line_item_application":"ENTRY_LIST","entries":[{"line_item_uid":"b","quantity":"1"}],"#
                + #""pickup_details":{"picked_up_at":"2026-11-02T09:30:00Z"}}"#)
        #expect(fetched?.shipments?.map(\.externalID) == ["O4-till", "f"] && fetched?.shipments?.last?.at == Instant(iso: "2026-11-02T09:30:00Z"))
    }

    @Test func `an order whose every part is cancelled is cancelled, one with a part that was sent is not`() throws {
        func order(_ state: String, _ parts: [String]) throws -> ChannelOrder? {
            let parts = parts.enumerated().map { number, state in
                #"{"uid":"f\#(number)","type":"SHIPMENT","state":"\#(state)","line_item_application":"ENTRY_LIST","#
                    + #""entries":[{"line_item_uid":"a","quantity":"1"}],"shipment_details":{"canceled_at":"2026-11-02T11:00:00Z"}}"#
            }
            return onlyOrder(
                try facts(
                    of: """
                        {"id":"O5","location_id":"L1","state":"\(state)","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T12:00:00Z",
                        "line_items":[{"uid":"a","name":"Mug","quantity":"2","total_money":{"amount":1000,"currency":"GBP"}}],
                        "fulfillments":[\(parts.joined(separator: ","))],"total_money":{"amount":1000,"currency":"GBP"},
                        "tenders":[{"id":"P","type":"CASH","amount_money":{"amount":1000,"currency":"GBP"}}]}
                        """))
        }
        #expect(try order("COMPLETED", ["CANCELED", "CANCELED"])?.cancelledAt == Instant(iso: "2026-11-02T11:00:00Z"))
        #expect(try order("COMPLETED", ["CANCELED", "COMPLETED"])?.cancelledAt == nil)
        #expect(try order("OPEN", ["CANCELED", "FAILED"])?.cancelledAt == nil, "what failed on its way is not back")
        #expect(try order("CANCELED", [])?.cancelledAt == Instant(iso: "2026-11-02T12:00:00Z"))
    }

    @Test(arguments: [
        ("AUTHORIZED", "OPEN", ChannelOrder.Payment.authorized), ("CAPTURED", "OPEN", .paid), ("VOIDED", "OPEN", .pending),
        ("VOIDED", "CANCELED", .voided), ("FAILED", "OPEN", .pending),
    ])
    func `a card's word decides what is paid`(card: String, state: String, payment: ChannelOrder.Payment) throws {
        let order = onlyOrder(
            try facts(
                of: """
                    {"id":"O6","location_id":"L1","state":"\(state)","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z",
                    "line_items":[{"uid":"a","quantity":"1","total_money":{"amount":700,"currency":"GBP"}}],"total_money":{"amount":700,"currency":"GBP"},
                    "tenders":[{"id":"P","type":"CARD","amount_money":{"amount":700,"currency":"GBP"},"card_details":{"status":"\(card)"}}]}
                    """))
        #expect(order?.payment == payment && order?.claimsStock == (payment == .paid || payment == .authorized))
    }

    @Test func `what is sold by weight is money and no units of an article`() throws {
        let order = try #require(
            onlyOrder(
                try facts(
                    of: """
                        {"id":"O7","location_id":"L1","state":"OPEN","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z",
                        "line_items":[{"uid":"a","name":"Coffee","catalog_object_id":"V1","quantity":"2.25000","base_price_money":{"amount":1000,"currency":"GBP"},
                        "total_money":{"amount":2250,"currency":"GBP"}},{"uid":"b","name":"Card","catalog_object_id":"V2","item_type":"GIFT_CARD","quantity":"1.0",
                        "total_money":{"amount":2000,"currency":"GBP"}}],"total_money":{"amount":4250,"currency":"GBP"}}
                        """, skus: [("V1", "COF"), ("V2", "CARD")])))
        #expect(order.lines.map(\.quantity.units) == [1, 1] && order.lines.allSatisfy { $0.variant == nil && $0.sku == nil })
        #expect(sum(order) == order.total && order.lines[0].title == "Coffee (2.25000)")
    }

    @Test func `a return tells its sale which lines went back and what for`() throws {
        let told = try facts(
            of: """
                {"id":"R1","location_id":"L1","state":"COMPLETED","created_at":"2026-11-03T09:00:00Z","updated_at":"2026-11-03T09:00:01Z",
                "returns":[{"uid":"r","source_order_id":"O1","return_line_items":[{"uid":"x","source_line_item_uid":"a","quantity":"2","item_type":"ITEM",
                "total_tax_money":{"amount":234,"currency":"GBP"},"total_money":{"amount":1404,"currency":"GBP"}}],
                "return_service_charges":[{"name":"Standard Shipping","total_money":{"amount":474,"currency":"GBP"},"total_tax_money":{"amount":79,"currency":"GBP"}}],
                "return_amounts":{"total_money":{"amount":1878,"currency":"GBP"}}}],"return_amounts":{"total_money":{"amount":1878,"currency":"GBP"}},
                "refunds":[{"id":"RF","amount_money":{"amount":1878,"currency":"GBP"},"status":"APPROVED","created_at":"2026-11-03T08:59:59Z"}]}
                """)
        guard case .refund("O1", let refund)? = told.first, told.count == 1 else { Issue.record("\(told)"); return }
        #expect(refund.externalID == "R1" && refund.total.minor == 1878 && refund.at == Instant(iso: "2026-11-03T08:59:59Z"))
        #expect(refund.lines == [.init(lineID: "a", quantity: Quantity(2)!, disposition: .unknown, net: gbp(1170), tax: gbp(234))])
        #expect(refund.shipping.minor == 395 && refund.shippingTax.minor == 79)
    }

    @Test func `a refund that failed tells nothing, and an exchange is a sale and a return`() throws {
        func order(_ status: String, lines: String) throws -> [ChannelFact] {
            try facts(
                of: """
                    {"id":"X1","location_id":"L1","state":"COMPLETED","created_at":"2026-11-03T09:00:00Z","updated_at":"2026-11-03T09:00:01Z","line_items":[\(lines)],
                    "total_money":{"amount":700,"currency":"GBP"},"returns":[{"uid":"r","source_order_id":"O1","return_line_items":[]},{"uid":"q","return_line_items":[]}],
                    "return_amounts":{"total_money":{"amount":500,"currency":"GBP"}},
                    "refunds":[{"id":"RF","amount_money":{"amount":500,"currency":"GBP"},"status":"\(status)","created_at":"2026-11-03T09:00:00Z"}]}
                    """)
        }
        #expect(try order("FAILED", lines: "").isEmpty)
        let both = try order("APPROVED", lines: #"{"uid":"a","name":"Mug","quantity":"1","total_money":{"amount":700,"currency":"GBP"}}"#)
        guard both.count == 2, case .order(let sale) = both[0], case .refund("O1", _) = both[1] else { Issue.record("\(both)"); return }
        #expect(sale.externalID == "X1" && sale.payment == .paid && sale.claimsStock, "paid with what came back, without a tender")
    }

    @Test func `orders of another location are left to its own account`() throws {
        #expect(try facts(of: #"{"id":"O9","location_id":"L2","line_items":[{"uid":"a"}]}"#).isEmpty)
    }

    @Test func `an order that cannot be read does not keep its neighbours back`() throws {
        let broken = online.replacing("\"amount\":3790", with: "\"amount\":\"much\"")
        let played = try play(
            try connector().orders(changedFrom: gifts.start, to: gifts.start + .hours(1), access),
            [answer("{\"orders\":[\(broken.replacing("\"O1\"", with: "\"O8\"")),\(online)],\"cursor\":\"\"}"), answer("{}")])
        let told = played.outputs.flatMap { $0 }
        guard told.count == 2, case .orderChanged("O8") = told[0], case .order(let order) = told[1] else { Issue.record("\(told)"); return }
        #expect(order.lines.map(\.sku) == [nil, nil], "an article that the catalog has forgotten")
    }

    @Test func `a window with many orders is read page by page to its end`() throws {
        var wire = try SquareWire(seed: gifts)
        for number in 1...230 {
            wire.now = wire.now + .milliseconds(37)
            guard
                case .done = wire.shop(
                    .order(
                        ShopOrder(
                            reference: "T\(number)", lines: [.init(sku: "BY-HAND", title: "Thing", quantity: 1, unitPrice: "1.335")], buyer: ada)))
            else {
                Issue.record("order \(number)"); return
            }
        }
        let (start, end) = (gifts.start, wire.now)
        let pages = try wire.run { $0.orders(changedFrom: start, to: end, $1) }
        #expect(pages.map(\.count) == [100, 100, 30])
        let orders = pages.flatMap { $0 }.compactMap { if case .order(let order) = $0 { order } else { nil } }
        #expect(Set(orders.map(\.externalID)).count == 230 && zip(orders, orders.dropFirst()).allSatisfy { $0.changedAt <= $1.changedAt })
        #expect(orders.allSatisfy { sum($0) == $0.total && $0.lines[0].net.minor == 134 && $0.lines[0].variant == nil })
        let half = try wire.run { $0.orders(changedFrom: start, to: start + .milliseconds(37 * 115), $1) }.flatMap { $0 }
        #expect(half.count == 115)
    }
}

func gbp(_ minor: Int64) -> Money { Money(minor: minor, .gbp) }
