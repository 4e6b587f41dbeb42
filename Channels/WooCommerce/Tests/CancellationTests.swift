// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

@Test func `cancelling gives stock back once and the money only when asked to`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "6.50")]))
    _ = wire.shop(.refund(reference: "A", lines: [.init(line: 0, quantity: 1, restock: true)]))
    #expect(wire.twin.shelf["MUG-BLUE"] == 18)
    let cancel = ChannelAction.cancel(.init(orderID: id, reason: .outOfStock, refund: true, restock: true))
    #expect(try wire.run { $0.perform(cancel, idempotencyKey: "c", $1) } == [.done(externalID: nil)])
    #expect(try wire.run { $0.perform(cancel, idempotencyKey: "c", $1) } == [.alreadyDone(externalID: nil)])
    let order = try wire.latest(id)
    #expect(
        order.cancelledAt != nil && order.payment == .refunded
            && order.refunds?.reduce(0) { $0 + $1.total.minor } == order.total.minor)
    #expect(wire.twin.shelf["MUG-BLUE"] == 20, "the unit that had gone back already is not counted twice")
    let unpaid = try wire.placed(Shop.order("B", [("MUG-RED", 1, "10.00")], isPaid: false))
    _ = try wire.run {
        $0.perform(
            .cancel(.init(orderID: unpaid, reason: .declined, refund: true, restock: false)), idempotencyKey: "d", $1)
    }
    let voided = try wire.latest(unpaid)
    #expect(voided.payment == .voided && voided.refunds == [])
    let kept = try wire.placed(Shop.order("C", [("MUG-RED", 1, "10.00")]))
    _ = try wire.run {
        $0.perform(
            .cancel(.init(orderID: kept, reason: .customer, refund: false, restock: true)), idempotencyKey: "e", $1)
    }
    #expect(try wire.latest(kept).payment == .paid && wire.twin.shelf["MUG-RED"] == 7)
}

@Test func `a cancellation whose answer was lost after the money went back is finished without a second refund`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "6.50")]))
    let cancel = ChannelAction.cancel(.init(orderID: id, reason: .fraud, refund: true, restock: true))
    wire.disturb = { request, response in request.method == .post ? nil : response }
    guard case .lost? = failure({ _ = try wire.run { $0.perform(cancel, idempotencyKey: "c", $1) } }) else {
        Issue.record("lost")
        return
    }
    wire.disturb = nil
    #expect(try wire.latest(id).cancelledAt == nil)
    #expect(try wire.run { $0.perform(cancel, idempotencyKey: "c", $1) } == [.done(externalID: nil)])
    let order = try wire.latest(id)
    #expect(order.cancelledAt != nil && order.refunds?.count == 1 && wire.twin.shelf["MUG-BLUE"] == 20)
}
