// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

private func parcel(
    _ id: String, _ reference: String, _ lines: [(String, Int)], last: Bool, number: String? = "AB1"
) -> ChannelAction {
    .ship(
        .init(
            orderID: id, reference: reference, shippedAt: Shop.start + .hours(1),
            lines: lines.map { .init(lineID: $0.0, quantity: Quantity($0.1)!) },
            isLast: last,
            tracking: number.map { Tracking(carrier: "Royal Mail", number: $0, url: "https://track.test/\($0)") }))
}

private func notes(_ wire: inout ShopWire, _ id: String) throws -> [String] {
    try wire.json(.get, "orders/\(id)/notes").elements.compactMap { $0["note"]?.string }
}

@Test func `two parcels make one completed order, and each reads back with its lines and tracking`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "6.50"), ("MUG-RED", 1, "10.00")]))
    let lines = try wire.latest(id).lines.map(\.externalID)
    #expect(
        try wire.run { $0.perform(parcel(id, "P-1", [(lines[0], 2)], last: false), idempotencyKey: "a", $1) } == [
            .done(externalID: "P-1")
        ])
    #expect(try wire.latest(id).shipments?.map(\.externalID) == ["P-1"])
    #expect(try wire.json(.get, "orders/\(id)")["status"]?.string == "processing")
    _ = try wire.run {
        $0.perform(
            parcel(id, "P-2", [(lines[0], 1), (lines[1], 1)], last: true, number: "AB2"), idempotencyKey: "b", $1)
    }
    let order = try wire.latest(id)
    #expect(order.shipments?.map(\.externalID) == ["P-1", "P-2"])
    #expect(order.shipments?.flatMap(\.lines).map(\.quantity.units) == [2, 1, 1])
    #expect(
        order.shipments?.first?.tracking == [
            Tracking(carrier: "Royal Mail", number: "AB1", url: "https://track.test/AB1")
        ])
    #expect(try wire.json(.get, "orders/\(id)")["status"]?.string == "completed")
    #expect(try notes(&wire, id) == ["Royal Mail AB2 https://track.test/AB2", "Royal Mail AB1 https://track.test/AB1"])
    #expect(
        try wire.run {
            $0.perform(parcel(id, "P-2", [(lines[1], 1)], last: true, number: "AB2"), idempotencyKey: "b", $1)
        } == [.alreadyDone(externalID: "P-2")])
    #expect(try notes(&wire, id).count == 2)
}

@Test func `a try that died between order and note is finished by the next one`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    let action = parcel(id, "P-1", [(try wire.latest(id).lines[0].externalID, 1)], last: true)
    wire.disturb = { request, response in request.method == .get && request.path.hasSuffix("/notes") ? nil : response }
    guard case .lost? = failure({ _ = try wire.run { $0.perform(action, idempotencyKey: "a", $1) } }) else {
        Issue.record("not lost")
        return
    }
    wire.disturb = nil
    #expect(try wire.run { $0.perform(action, idempotencyKey: "a", $1) } == [.alreadyDone(externalID: "P-1")])
    #expect(try notes(&wire, id).count == 1)
    #expect(try wire.latest(id).shipments?.count == 1)
}

@Test func `an order completed by hand reads as one parcel of all that is left`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "6.50"), ("MUG-RED", 2, "10.00")]))
    let lines = try wire.latest(id).lines.map(\.externalID)
    _ = try wire.run { $0.perform(parcel(id, "P-1", [(lines[0], 1)], last: false), idempotencyKey: "a", $1) }
    _ = wire.shop(.refund(reference: "A", lines: [.init(line: 1, quantity: 1, restock: true)]))
    wire.now = wire.now + .minutes(1)
    _ = try wire.call(.put, "orders/\(id)", [], #"{"status":"completed"}"#)
    let byHand = try wire.latest(id).shipments?.first { $0.externalID == "completed" }
    #expect(
        byHand?.lines.map(\.quantity.units) == [2, 1] && byHand?.at == wire.now,
        "less what we shipped and what was given back before")
    #expect(
        try wire.run { $0.perform(parcel(id, "P-2", [(lines[0], 2)], last: true), idempotencyKey: "b", $1) } == [
            .alreadyDone(externalID: nil)
        ])
}

@Test func `an order that we completed has no parcel by hand, also when units of it were given back`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "6.50")]))
    let line = try wire.latest(id).lines[0].externalID
    _ = try wire.run { $0.perform(parcel(id, "P-1", [(line, 2)], last: true), idempotencyKey: "a", $1) }
    #expect(try wire.latest(id).shipments?.map(\.externalID) == ["P-1"])
}

@Test func `tracking goes into the plugin's meta key where the merchant wants it there`() throws {
    var wire = try Shop.wire()
    var settings = wire.twin.settings(reachableAt: ShopWire.address)
    settings.values["tracking"] = "meta"
    wire.connector = try WooCommerceConnector(settings)
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "6.50")]))
    let line = try wire.latest(id).lines[0].externalID
    _ = try wire.run { $0.perform(parcel(id, "P-1", [(line, 1)], last: false), idempotencyKey: "a", $1) }
    _ = try wire.run { $0.perform(parcel(id, "P-2", [(line, 1)], last: true, number: "AB2"), idempotencyKey: "b", $1) }
    let metas = try #require(try wire.json(.get, "orders/\(id)")["meta_data"]).elements.filter {
        $0["key"]?.string == "_wc_shipment_tracking_items"
    }
    #expect(metas.count == 1)
    let items = Array(try #require(metas.first?["value"]).elements)
    #expect(
        items.map { $0["tracking_number"]?.string } == ["AB1", "AB2"]
            && items.first?["custom_tracking_provider"]?.string == "Royal Mail")
    #expect(try notes(&wire, id).isEmpty)
}

@Test func `more than is left, an unknown line, and a cancelled order are refused`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "6.50")]))
    let line = try wire.latest(id).lines[0].externalID
    for lines in [[(line, 3)], [("999", 1)]] {
        guard
            case .refused? = failure({
                _ = try wire.run { $0.perform(parcel(id, "P-1", lines, last: true), idempotencyKey: "a", $1) }
            })
        else {
            Issue.record("\(lines)")
            return
        }
    }
    _ = wire.shop(.cancel(reference: "A"))
    guard
        case .refused? = failure({
            _ = try wire.run { $0.perform(parcel(id, "P-1", [(line, 1)], last: true), idempotencyKey: "a", $1) }
        })
    else {
        Issue.record("cancelled")
        return
    }
    guard
        case .notFound? = failure({
            _ = try wire.run { $0.perform(parcel("999999", "P-1", [(line, 1)], last: true), idempotencyKey: "a", $1) }
        })
    else {
        Issue.record("unknown")
        return
    }
}
