// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import SquareChannel
import Synchronization
import Testing
import Vocabulary

private func parcel(_ order: ChannelOrder, _ lines: [(Int, Int)], last: Bool = true, number: String? = "AB123456789GB") -> ChannelAction {
    .ship(
        .init(
            orderID: order.externalID, reference: "1", shippedAt: gifts.start,
            lines: lines.map { .init(lineID: order.lines[$0.0].externalID, quantity: Quantity($0.1)!) }, isLast: last,
            tracking: number.map { Tracking(carrier: "Royal Mail", number: $0, url: "https://track.example/\($0)") }))
}

private func refund(_ order: ChannelOrder, _ minor: Int64) -> ChannelAction {
    .refund(.init(orderID: order.externalID, lines: [], shipping: gbp(0), total: gbp(minor), note: "broken"))
}

@Suite struct ActionTests {
    @Test func `a parcel completes the order's part with its tracking, once`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50"), ("TEA-S", 1, "4.00")])
        wire.now = wire.now + .minutes(3)
        let ship = parcel(order, [(0, 2), (1, 1)])
        let first = try wire.act(ship, key: "ship-1")
        guard case .done(let part?) = first else { Issue.record("\(first)"); return }
        #expect(try wire.act(ship, key: "ship-1") == .alreadyDone(externalID: part))
        #expect(try wire.act(parcel(order, [(0, 2), (1, 1)], number: nil), key: "another") == .alreadyDone(externalID: part))
        let sent = try wire.read(order.externalID).shipments
        #expect(sent?.count == 1 && sent?.first?.externalID == part && sent?.first?.at == wire.now)
        #expect(sent?.first?.tracking == [Tracking(carrier: "Royal Mail", number: "AB123456789GB", url: "https://track.example/AB123456789GB")])
        #expect(sent?.first?.lines.map(\.quantity.units) == [2, 1])
    }

    @Test func `a parcel of some of the units is refused by name and the last one closes the part`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50"), ("TEA-S", 1, "4.00")])
        guard case .refused(let why)? = failure({ () throws(ChannelFailure) in _ = try wire.act(parcel(order, [(0, 1)], last: false), key: "a") })
        else {
            Issue.record("half a parcel"); return
        }
        #expect(why.contains("whole") && wire.twin.shelf["MUG"] == 38)
        // The tea was given back before it left: what remains is the last parcel.
        guard case .done = try wire.act(parcel(order, [(0, 2)], last: true), key: "b") else { Issue.record("the rest"); return }
    }

    @Test func `of an order with several parts the one that fits is sent`() throws {
        let order = """
            {"orders":[{"id":"O1","location_id":"L1","state":"OPEN","version":7,"line_items":[{"uid":"a","quantity":"2"},{"uid":"b","quantity":"1"}],
            "total_money":{"amount":0,"currency":"GBP"},"fulfillments":[
            {"uid":"f1","type":"SHIPMENT","state":"COMPLETED","line_item_application":"ENTRY_LIST","entries":[{"line_item_uid":"a","quantity":"1"}]},
            {"uid":"f2","type":"SHIPMENT","state":"PREPARED","line_item_application":"ENTRY_LIST","entries":[{"line_item_uid":"a","quantity":"1"}]},
            {"uid":"f3","type":"SHIPMENT","state":"PROPOSED","line_item_application":"ENTRY_LIST","entries":[{"line_item_uid":"b","quantity":"1"}]}]}]}
            """
        let ship = ChannelAction.ship(
            .init(
                orderID: "O1", reference: "2", shippedAt: gifts.start, lines: [.init(lineID: "b", quantity: Quantity(1)!)], isLast: false,
                tracking: nil))
        let played = try play(try connector().perform(ship, idempotencyKey: "k", access), [answer(order), answer(#"{"order":{"id":"O1"}}"#)])
        #expect(played.outputs == [.done(externalID: "f3")])
        let body = try JSON.parse(played.asked[1].body)
        #expect(played.asked[1].method == .put && body["order"]?["version"]?.integer == 7)
        let parts = body["order"]?["fulfillments"].map { Array($0.elements) } ?? []
        #expect(parts.map { $0["uid"]?.string } == ["f3"] && parts[0]["state"]?.string == "COMPLETED")
    }

    @Test func `a part that left with this very parcel is known by its mark, and an order of which a part has left is not cancelled`() throws {
        func order(_ metadata: String) -> HTTPResponse {
            answer(
                """
                {"orders":[{"id":"O1","location_id":"L1","state":"OPEN","version":7,"line_items":[{"uid":"a","quantity":"2"}],
                "total_money":{"amount":0,"currency":"GBP"},"fulfillments":[
                {"uid":"f1","type":"SHIPMENT","state":"COMPLETED","line_item_application":"ENTRY_LIST","entries":[{"line_item_uid":"a","quantity":"1"}],
                "metadata":\(metadata)},
                {"uid":"f2","type":"SHIPMENT","state":"PROPOSED","line_item_application":"ENTRY_LIST","entries":[{"line_item_uid":"a","quantity":"1"}]}]}]}
                """)
        }
        let one = ChannelAction.ship(
            .init(
                orderID: "O1", reference: "1", shippedAt: gifts.start, lines: [.init(lineID: "a", quantity: Quantity(1)!)], isLast: false,
                tracking: nil))
        let square = try connector()
        let written = answer(#"{"order":{"id":"O1"}}"#)
        let first = try play(square.perform(one, idempotencyKey: "k", access), [order("{}"), written])
        #expect(first.outputs == [.done(externalID: "f2")])
        let parts = try JSON.parse(first.asked.last?.body ?? [])["order"]?["fulfillments"].map { Array($0.elements) } ?? []
        let mark = try #require(parts.first?["metadata"]?["tributary_parcel"]?.string)
        let marked = order(#"{"tributary_parcel":"\#(mark)"}"#)
        #expect(try play(square.perform(one, idempotencyKey: "k", access), [marked, written]).outputs == [.alreadyDone(externalID: "f1")])
        #expect(try play(square.perform(one, idempotencyKey: "k2", access), [marked, written]).outputs == [.done(externalID: "f2")])
        let cancel = ChannelAction.cancel(.init(orderID: "O1", reason: .other, refund: false, restock: true))
        let told = failure { () throws(ChannelFailure) in _ = try play(square.perform(cancel, idempotencyKey: "c", access), [marked, written]) }
        guard case .refused? = told else { Issue.record("\(String(describing: told))"); return }
    }

    @Test func `an order that changed in between is looked at again before it is shipped`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 1, "6.50")])
        let stale = #"{"errors":[{"category":"INVALID_REQUEST_ERROR","code":"VERSION_MISMATCH","detail":"Object version does not match"}]}"#
        let counter = Counter()
        wire.disturb = { request, response in
            request.method == .put && counter.next() == 1 ? answer(stale, status: 409) : response
        }
        // The write came through although its answer said otherwise: what is there is found by its mark.
        guard case .alreadyDone(.some) = try wire.act(parcel(order, [(0, 1)]), key: "k") else { Issue.record("not found again"); return }
        #expect(try wire.read(order.externalID).shipments?.count == 1)
    }

    @Test func `a paid order that is cancelled gives all its money back, once`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50")])
        let cancel = ChannelAction.cancel(.init(orderID: order.externalID, reason: .outOfStock, refund: true, restock: true))
        #expect(try wire.act(cancel, key: "c") == .done(externalID: nil))
        #expect(try wire.act(cancel, key: "c") == .alreadyDone(externalID: nil))
        wire.now = wire.now + .minutes(1)
        #expect(try wire.read(order.externalID).cancelledAt != nil)
        #expect(try wire.refunds(of: order.externalID).map(\.total) == [order.total])
        #expect(wire.twin.shelf["MUG"] == 38, "the hub's next push puts them back, not the cancellation")
    }

    @Test func `a cancellation whose refund was lost is taken up where it stopped`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50")])
        let cancel = ChannelAction.cancel(.init(orderID: order.externalID, reason: .customer, refund: true, restock: true))
        wire.disturb = { request, response in request.path == "/v2/refunds" ? nil : response }
        guard case .lost? = failure({ () throws(ChannelFailure) in _ = try wire.act(cancel, key: "c") }) else { Issue.record("lost"); return }
        wire.disturb = nil
        _ = try wire.act(cancel, key: "c")
        #expect(try wire.refunds(of: order.externalID).map(\.total) == [order.total])
    }

    @Test func `an unpaid order is cancelled as a whole, one that has left is not`() throws {
        var wire = try SquareWire(seed: gifts)
        let unpaid = try wire.sold("1", [("MUG", 1, "6.50")], paid: false)
        #expect(unpaid.payment == .pending && !unpaid.claimsStock && wire.twin.shelf["MUG"] == 40)
        _ = try wire.act(.cancel(.init(orderID: unpaid.externalID, reason: .fraud, refund: false, restock: true)), key: "c")
        let cancelled = try wire.read(unpaid.externalID)
        #expect(cancelled.cancelledAt != nil && cancelled.payment == .voided)
        let sent = try wire.sold("2", [("MUG", 1, "6.50")])
        _ = try wire.act(parcel(sent, [(0, 1)]), key: "s")
        let late = ChannelAction.cancel(.init(orderID: sent.externalID, reason: .customer, refund: true, restock: true))
        guard case .refused? = failure({ () throws(ChannelFailure) in _ = try wire.act(late, key: "d") }) else { Issue.record("too late"); return }
        #expect(try wire.refunds(of: sent.externalID).isEmpty)
    }

    @Test func `a refund is given once, by its mark and by its key`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50")])
        guard case .done(let id?) = try wire.act(refund(order, 500), key: "r1") else { Issue.record("a refund"); return }
        #expect(try wire.act(refund(order, 500), key: "r1") == .alreadyDone(externalID: id))
        guard case .done(let second?) = try wire.act(refund(order, 500), key: "r2") else { Issue.record("another refund"); return }
        wire.now = wire.now + .minutes(1)
        let told = try wire.refunds(of: order.externalID)
        #expect(Set(told.map(\.externalID)) == [id, second] && told.allSatisfy { $0.total.minor == 500 && $0.lines.isEmpty })
        guard case .refused(let why)? = failure({ () throws(ChannelFailure) in _ = try wire.act(refund(order, 1_000), key: "r3") }) else {
            Issue.record("more than is left"); return
        }
        #expect(why.contains("more is to go back"))
    }

    @Test func `a refund that was lost on its way is found and not given again`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50")])
        wire.disturb = { request, response in request.method == .post && request.path == "/v2/refunds" ? nil : response }
        _ = failure { () throws(ChannelFailure) in _ = try wire.act(refund(order, 700), key: "r") }
        wire.disturb = nil
        guard case .alreadyDone(.some) = try wire.act(refund(order, 700), key: "r") else { Issue.record("not found"); return }
        wire.now = wire.now + .minutes(1)
        #expect(try wire.refunds(of: order.externalID).map(\.total.minor) == [700])
    }

    @Test func `an order that a till made without a version is left to the till`() throws {
        let order = """
            {"orders":[{"id":"O1","location_id":"L1","state":"OPEN","line_items":[{"uid":"a","quantity":"1"}],"total_money":{"amount":0,"currency":"GBP"},
            "fulfillments":[{"uid":"f","type":"PICKUP","state":"PROPOSED"}]}]}
            """
        let ship = ChannelAction.ship(
            .init(
                orderID: "O1", reference: "1", shippedAt: gifts.start, lines: [.init(lineID: "a", quantity: Quantity(1)!)], isLast: true,
                tracking: nil))
        let square = try connector()
        let told = failure { () throws(ChannelFailure) in _ = try play(square.perform(ship, idempotencyKey: "k", access), [answer(order)]) }
        guard case .refused? = told else { Issue.record("\(String(describing: told))"); return }
    }

    @Test func `an order paid in two parts is refunded from the one that is large enough`() throws {
        let order = #"{"orders":[{"id":"O1","location_id":"L1","tenders":[{"id":"P1"},{"id":"P2","payment_id":"P2"}]}]}"#
        func payment(_ id: String, _ total: Int, _ back: Int) -> HTTPResponse {
            answer(
                """
                {"payment":{"id":"\(id)","status":"COMPLETED","total_money":{"amount":\(total),"currency":"GBP"},
                "refunded_money":{"amount":\(back),"currency":"GBP"}}}
                """)
        }
        let action = ChannelAction.refund(.init(orderID: "O1", lines: [], shipping: gbp(0), total: gbp(600), note: ""))
        let done = answer(#"{"refund":{"id":"F","order_id":"R9","status":"PENDING","amount_money":{"amount":600,"currency":"GBP"}}}"#)
        let played = try play(
            try connector().perform(action, idempotencyKey: "k", access), [answer(order), payment("P1", 500, 0), payment("P2", 700, 100), done])
        #expect(played.outputs == [.done(externalID: "R9")])
        let body = try JSON.parse(played.asked[3].body)
        #expect(body["payment_id"]?.string == "P2" && body["amount_money"]?["amount"]?.integer == 600)
        #expect((body["idempotency_key"]?.string ?? "").utf8.count <= 45)
    }
}

/// Counts what a closure is called for.
final class Counter: Sendable {
    private let state = Mutex(0)
    func next() -> Int {
        state.withLock {
            $0 += 1
            return $0
        }
    }
}
