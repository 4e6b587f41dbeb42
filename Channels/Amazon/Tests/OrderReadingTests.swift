// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelKit
import Testing
import Vocabulary

@Suite struct OrderReadingTests {
    private func order(
        _ items: String, status: String = "UNSHIPPED", fulfilledBy: String = "MERCHANT", more: String = ""
    ) -> String {
        """
        {"orderId":"026-1111111-2222222","createdTime":"2026-11-02T08:00:00Z","lastUpdatedTime":"2026-11-02T08:30:00Z",
        "salesChannel":{"channelName":"AMAZON","marketplaceId":"A1F83G8C2ARO7P"},
        "fulfillment":{"fulfillmentStatus":"\(status)","fulfilledBy":"\(fulfilledBy)"},"orderItems":[\(items)]\(more)}
        """
    }
    private func gbp(_ text: String) -> String { "{\"amount\":\"\(text)\",\"currencyCode\":\"GBP\"}" }

    @Test func `a pending order holds units without money or address`() throws {
        let item = "{\"orderItemId\":\"1\",\"quantityOrdered\":3,\"product\":{\"sellerSku\":\"MUG\",\"title\":\"Mug\"}}"
        let order = try #require(try Cast.read(order: order(item, status: "PENDING")))
        #expect(order.payment == .pending && order.isOnHold && order.claimsStock && order.cancelledAt == nil)
        #expect(
            order.lines.first?.quantity == Quantity(3) && order.total == .zero(.gbp)
                && order.lines.first?.net == .zero(.gbp))
        #expect(order.buyer == Buyer())
    }

    @Test(arguments: ["", "-"]) func `taxes, discounts and charges fall to what they belong to, however a discount is signed`(sign: String) throws {
        let item = """
            {"orderItemId":"1","quantityOrdered":2,"product":{"sellerSku":"MUG","price":{"unitPrice":\(gbp("10.00"))}},
            "proceeds":{"proceedsTotal":\(gbp("27.10")),"breakdowns":[
            {"type":"ITEM","subtotal":\(gbp("20.00"))},{"type":"SHIPPING","subtotal":\(gbp("4.00"))},{"type":"GIFT_WRAP","subtotal":\(gbp("1.50"))},
            {"type":"DISCOUNT","subtotal":\(gbp(sign + "3.00")),"detailedBreakdowns":[{"subtype":"ITEM","value":\(gbp(sign + "2.00"))},
            {"subtype":"SHIPPING","value":\(gbp(sign + "1.00"))}]},
            {"type":"TAX","subtotal":\(gbp("4.60")),"detailedBreakdowns":[{"subtype":"ITEM","value":\(gbp("3.60"))},{"subtype":"SHIPPING","value":\(gbp("0.60"))},
            {"subtype":"GIFT_WRAP","value":\(gbp("0.30"))}]}]}}
            """
        let read = try #require(try Cast.read(order: order(item, more: ",\"proceeds\":{\"grandTotal\":\(gbp("27.10"))}")))
        let line = try #require(read.lines.first)
        #expect(line.net.minor == 1800 && line.tax.minor == 370, "what a detail leaves unsaid is the goods'")
        #expect(
            read.shipping.minor == 300 && read.shippingTax.minor == 60 && read.fees.minor == 150 && read.feesTax.minor == 30
        )
        let sum = line.net + line.tax + read.shipping + read.shippingTax + read.fees + read.feesTax
        #expect(sum.minor == 2710 && read.total.minor == 2710)
    }

    @Test func `an order without proceeds has its prices, and the total's difference stays visible`() throws {
        let item = "{\"orderItemId\":\"1\",\"quantityOrdered\":3,\"product\":{\"price\":{\"unitPrice\":\(gbp("0.335"))}}}"
        let read = try #require(try Cast.read(order: order(item, more: ",\"proceeds\":{\"grandTotal\":\(gbp("5.00"))}")))
        #expect(read.lines.first?.net.minor == 101 && read.total.minor == 500)
        #expect(read.lines.first?.unitPrice == Decimal10(units: 335, scale: 3))
    }

    @Test func `goods that Amazon ships never touch the merchant's stock`() throws {
        let item = "{\"orderItemId\":\"1\",\"quantityOrdered\":1,\"product\":{\"sellerSku\":\"MUG\"}}"
        let read = try #require(try Cast.read(order: order(item, status: "SHIPPED", fulfilledBy: "AMAZON")))
        #expect(read.isFulfilledByChannel && !read.claimsStock)
    }

    @Test func `an item that was cancelled alone is edited away and a buyer's wish holds the order`() throws {
        let gone = """
            {"orderItemId":"1","quantityOrdered":2,"product":{"sellerSku":"MUG"},"fulfillment":{"quantityFulfilled":0,"quantityUnfulfilled":0},
            "cancellation":{"cancellationExecution":{"cancelledBy":"MERCHANT"}}}
            """
        let asked = """
            {"orderItemId":"2","quantityOrdered":1,"product":{"sellerSku":"PEN"},"cancellation":{"cancellationRequest":{"requester":"BUYER"}}}
            """
        let read = try #require(try Cast.read(order: order(gone + "," + asked)))
        #expect(read.lines.map(\.quantity.units) == [0, 1] && read.isOnHold && read.cancelledAt == nil)
        let all = try #require(try Cast.read(order: order(gone, status: "CANCELLED")))
        #expect(all.cancelledAt == all.changedAt && all.lines.first?.quantity.units == 2 && all.payment == .voided)
    }

    @Test func `what cannot be right is refused by name`() {
        let fine = "\"product\":{},\"orderItemId\":\"1\""
        #expect(
            Cast.failure(order: order("{\(fine),\"quantityOrdered\":-1}"))
                == .unreadable(.negativeQuantity(field: "quantityOrdered")))
        #expect(Cast.failure(order: order("{\(fine)}")) == .unreadable(.missing(field: "quantityOrdered")))
        #expect(
            Cast.failure(order: order("{\"quantityOrdered\":1,\"product\":{}}"))
                == .unreadable(.missing(field: "orderItemId")))
        let total = { (money: String) in
            order("{\(fine),\"quantityOrdered\":1}", more: ",\"proceeds\":{\"grandTotal\":\(money)}")
        }
        #expect(
            Cast.failure(order: total("{\"amount\":\"1\",\"currencyCode\":\"ZZZ\"}"))
                == .unreadable(.unknownCurrency("ZZZ")))
        #expect(Cast.failure(order: total(gbp("12,50"))) == .unreadable(.badMoney(field: "grandTotal", text: "12,50")))
        #expect(
            Cast.failure(order: total(gbp("99999999999999999")))
                == .unreadable(.badMoney(field: "grandTotal", text: "99999999999999999")))
        let euro =
            "{\(fine),\"quantityOrdered\":1,\"proceeds\":{\"proceedsTotal\":{\"amount\":\"1\",\"currencyCode\":\"EUR\"}}}"
        guard
            case .unreadable(.malformed) = Cast.failure(
                order: order(euro, more: ",\"proceeds\":{\"grandTotal\":\(gbp("1"))}"))
        else {
            Issue.record("two currencies in one order")
            return
        }
        #expect(
            Cast.failure(order: "{\"orderId\":\"1\",\"lastUpdatedTime\":\"soon\"}")
                == .unreadable(.badTime(field: "lastUpdatedTime", text: "soon")))
        #expect(Cast.failure(order: "{\"orderItems\":[]}") == .unreadable(.missing(field: "orderId")))
    }

    @Test func `huge figures trap nothing`() {
        for number in ["9223372036854775807", "-9223372036854775808", "1e400", "99999999999999999999999"] {
            let item =
                "{\"orderItemId\":\"1\",\"quantityOrdered\":\(number),\"product\":{\"price\":{\"unitPrice\":\(gbp("999999999.99"))}}}"
            #expect(Cast.failure(order: order(item)) != nil)
        }
    }

    @Test func `an order that cannot be read is named and does not stop its neighbours`() throws {
        let good = order("{\"orderItemId\":\"1\",\"quantityOrdered\":1,\"product\":{\"sellerSku\":\"MUG\"}}")
        let bad = "{\"orderId\":\"026-9999999-9999999\",\"lastUpdatedTime\":\"2026-11-02T08:30:00Z\"}"
        let facts = try Cast.page(of: bad + "," + good)
        #expect(facts.contains(.orderChanged(orderID: "026-9999999-9999999")) && orders(facts).count == 1)
    }

    @Test func `within one second the state and the units decide which snapshot is newer`() throws {
        let item = { (gone: Int) in
            "{\"orderItemId\":\"1\",\"quantityOrdered\":3,\"product\":{},\"fulfillment\":{\"quantityFulfilled\":\(gone),\"quantityUnfulfilled\":\(3 - gone)}}"
        }
        let steps = try [
            order(item(0), status: "PENDING"), order(item(0)), order(item(1), status: "PARTIALLY_SHIPPED"),
            order(item(2), status: "PARTIALLY_SHIPPED"),
            order(item(3), status: "SHIPPED"),
        ].map { try #require(try Cast.read(order: $0)).revision }
        #expect(steps == steps.sorted() && Set(steps).count == steps.count)
    }
}
