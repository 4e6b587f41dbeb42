// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import Testing
import Vocabulary

@Suite struct RefundTests {
    private func refund(_ order: ChannelOrder, line: Int = 0, minor: Int64, shipping: Int64 = 0) -> ChannelAction {
        let money = { (minor: Int64) in Money(minor: minor, .gbp) }
        return .refund(
            .init(
                orderID: order.externalID,
                lines: [
                    .init(
                        lineID: order.lines[line].externalID, quantity: Quantity(1)!, restock: true, net: money(minor),
                        tax: .zero(.gbp))
                ],
                shipping: money(shipping), total: money(minor + shipping), note: "broken"))
    }

    @Test func `a refund by hand arrives as a fact with its line, and Amazon does not say where the goods are`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let id = try wire.place(Cast.order("T-1", [("MUG", 2, "6.50"), ("PEN", 1, "0.99")]))
        wire.now = wire.now + .days(3)
        let from = wire.now - .minutes(1)
        #expect(
            wire.shop(.refund(reference: "T-1", lines: [.init(line: 0, quantity: 1, restock: true)]))
                == .done(externalID: id))
        #expect(wire.twin.shelf["MUG"] == 9)
        wire.now = wire.now + .minutes(5)
        let found = refunds(try wire.poll(from: from))
        let refund = try #require(found.first?.refund)
        #expect(found.count == 1 && found.first?.order == id)
        let order = try #require(try wire.latest(id))
        #expect(
            refund.lines == [
                .init(
                    lineID: order.lines[0].externalID, quantity: Quantity(1)!, disposition: .unknown,
                    net: Money(minor: 650, .gbp),
                    tax: .zero(.gbp))
            ])
        #expect(refund.total.minor == 650, "the fees between Amazon and the seller are no part of it")
        #expect(order.refunds == [refund], "the order read alone carries the same refund")
    }

    @Test func `the poll asks for each order's lines once and for none that it has shown`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let start = wire.now
        _ = try wire.place(Cast.order("T-1", [("MUG", 2, "6.50")]))
        _ = wire.shop(.refund(reference: "T-1", lines: [.init(line: 0, quantity: 1, restock: false)]))
        wire.now = wire.now + .minutes(5)
        _ = try wire.access()
        let calls = wire.calls
        #expect(refunds(try wire.poll(from: start)).count == 1)
        #expect(wire.calls - calls == 2, "one page of orders, one of transactions")
    }

    @Test func `a repeated refund is one refund, also within the minutes in which Amazon does not show it`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let order = try #require(try wire.latest(try wire.place(Cast.order("T-1", [("MUG", 3, "6.50")], shipping: "3.95"))))
        let action = refund(order, minor: 650, shipping: 100)
        #expect(try wire.act(action) == .done(externalID: nil))
        let again = try wire.act(action)
        wire.now = wire.now + .minutes(5)
        let found = try #require(try wire.latest(order.externalID)?.refunds)
        #expect(found.count == 1 && found.first?.total.minor == 750 && found.first?.shipping.minor == 100)
        #expect(again == .alreadyDone(externalID: found.first?.externalID))
    }

    @Test func `another refund of the same order is another refund`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let order = try #require(try wire.latest(try wire.place(Cast.order("T-1", [("MUG", 3, "6.50")]))))
        _ = try wire.act(refund(order, minor: 650), key: "1")
        _ = try wire.act(refund(order, minor: 200), key: "2")
        wire.now = wire.now + .days(3)
        _ = try wire.act(refund(order, minor: 650), key: "3")
        wire.now = wire.now + .minutes(5)
        #expect(try wire.latest(order.externalID)?.refunds?.map(\.total.minor).sorted() == [200, 650, 650])
    }

    @Test func `more than was paid is refused`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let order = try #require(try wire.latest(try wire.place(Cast.order("T-1", [("PEN", 1, "0.99")]))))
        #expect { try wire.act(refund(order, minor: 100)) } throws: {
            if case .refused(let why) = $0 as? ChannelFailure { why.contains("exceeds") } else { false }
        }
        let euros = ChannelAction.refund(
            .init(orderID: order.externalID, lines: [], shipping: .zero(.eur), total: Money(minor: 1, .eur), note: ""))
        #expect { try wire.act(euros) } throws: { if case .refused = $0 as? ChannelFailure { true } else { false } }
    }

    @Test func `money that belongs to no line goes back on the first`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let order = try #require(try wire.latest(try wire.place(Cast.order("T-1", [("MUG", 1, "6.50")]))))
        let goodwill = ChannelAction.refund(
            .init(
                orderID: order.externalID, lines: [], shipping: .zero(.gbp), total: Money(minor: 150, .gbp), note: "sorry"))
        #expect(try wire.act(goodwill) == .done(externalID: nil))
        wire.now = wire.now + .minutes(5)
        let refund = try #require(try wire.latest(order.externalID)?.refunds?.first)
        #expect(refund.total.minor == 150 && refund.lines.first?.quantity == .zero)
    }

    @Test func `each day the first poll looks two days back for refunds that Amazon shows late`() throws {
        let midnight = Instant(iso: "2026-11-03T00:00:00Z")!
        func asked(from: Instant, to: Instant) throws -> String? {
            let exchange = Cast.connector.orders(
                changedFrom: from, to: to, Access(token: "t", now: to + .minutes(2), nonce: "n"))
            guard case .page(_, let next) = try exchange.read(Cast.answer("{\"orders\":[]}")) else { return nil }
            return next.request.query("postedAfter")
        }
        #expect(try asked(from: midnight - .minutes(20), to: midnight - .minutes(12)) == "2026-11-02T23:40:00Z")
        #expect(try asked(from: midnight - .minutes(7), to: midnight + .minutes(1)) == "2026-10-31T23:53:00Z")
        #expect(
            try asked(from: midnight - .minutes(4), to: midnight + .minutes(4)) == "2026-11-02T23:56:00Z", "only the first")
    }

    private func transaction(_ more: String, network: String = "MFN", type: String = "Refund") -> String {
        """
        {"transactionType":"\(type)","transactionId":"T1","postedDate":"2026-11-02T08:00:00Z","totalAmount":{"currencyCode":"GBP","currencyAmount":-5.5},
        "items":[{"contexts":[{"contextType":"ProductContext","sku":"MUG","quantityShipped":-1,"fulfillmentNetwork":"\(network)"}],
        "breakdowns":[{"breakdownType":"ProductCharges","breakdownAmount":{"currencyCode":"GBP","currencyAmount":-6.5}},
        {"breakdownType":"AmazonFees","breakdownAmount":{"currencyCode":"GBP","currencyAmount":1.0}}]}]\(more)}
        """
    }

    private func read(_ transactions: String) throws -> [ChannelFact] {
        let now = Access(token: "t", now: Cast.start, nonce: "n")
        let exchange = Cast.connector.orders(changedFrom: Cast.start - .hours(1), to: Cast.start - .minutes(5), now)
        let order = """
            {"orderId":"026-1","createdTime":"2026-11-01T08:00:00Z","lastUpdatedTime":"2026-11-01T08:30:00Z","salesChannel":{"channelName":"AMAZON"},
            "orderItems":[{"orderItemId":"L1","quantityOrdered":2,"product":{"sellerSku":"MUG"}}]}
            """
        guard case .page(_, let next) = try exchange.read(Cast.answer("{\"orders\":[\(order)]}")) else { return [] }
        guard case .done(let facts) = try next.read(Cast.answer("{\"payload\":{\"transactions\":[\(transactions)]}}"))
        else { return [] }
        return facts
    }

    private let ofOrder =
        ",\"relatedIdentifiers\":[{\"relatedIdentifierName\":\"ORDER_ID\",\"relatedIdentifierValue\":\"026-1\"}"

    @Test func `only refunds of goods that the merchant shipped count, each once`() throws {
        let own = transaction(ofOrder + "]")
        let found = refunds(
            try read(
                [
                    own, own, transaction(ofOrder + "]", network: "AFN"), transaction(ofOrder + "]", type: "Shipment"),
                    transaction(""),
                ]
                .joined(separator: ",")))
        #expect(found.count == 1 && found.first?.refund.total.minor == 650)
        #expect(found.first?.refund.lines.first?.lineID == "L1" && found.first?.refund.lines.first?.quantity.units == 1)
        let released = transaction(
            ofOrder + ",{\"relatedIdentifierName\":\"DEFERRED_TRANSACTION_ID\",\"relatedIdentifierValue\":\"T0\"}]")
        #expect(try read(released).isEmpty, "the release of a deferred refund is not a second one")
    }

    @Test func `a refund that cannot be read names its order`() throws {
        let odd = transaction(ofOrder + "]").replacing(
            "\"currencyCode\":\"GBP\",\"currencyAmount\":-5.5", with: "\"currencyCode\":\"ZZZ\",\"currencyAmount\":-5.5")
        #expect(try read(odd) == [.orderChanged(orderID: "026-1")])
    }
}
