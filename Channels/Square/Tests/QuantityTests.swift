// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import SquareChannel
import Testing
import Vocabulary

private func push(
    _ wire: inout SquareWire, _ entries: [(sku: String, quantity: Int, expected: Int?)], key: String
) throws -> [QuantityOutcome] {
    var pushes: [QuantityPush] = []
    for entry in entries {
        pushes.append(
            QuantityPush(key: try wire.key(of: entry.sku), sku: entry.sku, quantity: Quantity(entry.quantity)!, expected: entry.expected))
    }
    return try wire.run { $0.publish(pushes, idempotencyKey: key, $1) }.flatMap { $0 }
}

@Suite struct QuantityTests {
    @Test func `a push up comes out of nothing and a push down is sold elsewhere`() throws {
        let key = ListingKey(product: "I", variant: "V1", stock: "V1")
        let pushes = [
            QuantityPush(key: key, sku: "A", quantity: Quantity(12)!, expected: 9),
            QuantityPush(key: ListingKey(product: "I", variant: "V2", stock: "V2"), sku: "B", quantity: Quantity(1)!, expected: 5),
        ]
        let exchange = try connector().publish(pushes, idempotencyKey: "k1", access)
        #expect(exchange.isRepeatable && exchange.request.url == "https://connect.squareup.com/v2/inventory/changes/batch-create")
        let body = try JSON.parse(exchange.request.body)
        #expect(body["idempotency_key"]?.string == "k1")
        let moves = (body["changes"].map { Array($0.elements) } ?? []).map { change in
            ["from_state", "to_state", "quantity", "catalog_object_id", "location_id", "occurred_at"].map {
                change["adjustment"]?[dynamic: $0]?.string ?? ""
            }
        }
        #expect(
            moves == [
                ["NONE", "IN_STOCK", "3", "V1", "L1", "2026-11-02T09:00:00Z"], ["IN_STOCK", "SOLD", "4", "V2", "L1", "2026-11-02T09:00:00Z"],
            ])
    }

    // Found by the simulator: a hub whose clock had just been set.
    @Test func `a push whose moment is not believed failed for the moment, and no person is asked`() throws {
        let key = ListingKey(product: "I", variant: "V1", stock: "V1")
        let exchange = try connector().publish(
            [QuantityPush(key: key, sku: "A", quantity: Quantity(12)!, expected: 9)], idempotencyKey: "k1", access)
        let body = #"{"errors":[{"category":"INVALID_REQUEST_ERROR","code":"INVALID_TIME","detail":"in the future","field":"occurred_at"}]}"#
        guard case .done(let outcomes) = try exchange.read(HTTPResponse(400, body: Array(body.utf8))) else {
            Issue.record("it is told at once"); return
        }
        guard case .failed = outcomes.first?.result else {
            Issue.record("it is tried again: \(outcomes)"); return
        }
    }

    @Test func `several pushes are one call and each is told what stands there`() throws {
        var wire = try SquareWire(seed: gifts)
        let keys = try ["MUG", "TEA-S", "TEA-L"].map { try wire.key(of: $0) }
        let before = wire.calls
        let pushes = [
            QuantityPush(key: keys[0], sku: "MUG", quantity: Quantity(41)!, expected: 40),
            QuantityPush(key: keys[1], sku: "TEA-S", quantity: Quantity(25)!, expected: 30),
            QuantityPush(key: keys[2], sku: "TEA-L", quantity: .zero, expected: 20),
        ]
        let outcomes = try wire.run { $0.publish(pushes, idempotencyKey: "k", $1) }.flatMap { $0 }
        #expect(wire.calls == before + 1 && outcomes.map(\.quantity.units) == [41, 25, 0])
        #expect(wire.twin.shelf == ["MUG": 41, "TEA-S": 25, "TEA-L": 0])
    }

    @Test func `an article that Square does not have is refused and the others go through, also when it is all tried again`() throws {
        var wire = try SquareWire(seed: gifts)
        let known = try ["MUG", "TEA-S", "TEA-L"].map { try wire.key(of: $0) }
        let pushes = [
            QuantityPush(key: known[0], sku: "MUG", quantity: Quantity(45)!, expected: 40),
            QuantityPush(key: ListingKey(product: "I", variant: "GONE", stock: "GONE"), sku: "GONE", quantity: Quantity(3)!, expected: 0),
            QuantityPush(key: known[1], sku: "TEA-S", quantity: Quantity(33)!, expected: 30),
            QuantityPush(key: known[2], sku: "TEA-L", quantity: Quantity(19)!, expected: 20),
        ]
        for _ in 0..<2 {
            let outcomes = try wire.run { $0.publish(pushes, idempotencyKey: "k", $1) }.flatMap { $0 }
            #expect([0, 2, 3].allSatisfy { outcomes[$0].result == .acknowledged })
            guard case .refused(let why) = outcomes[1].result else { Issue.record("\(outcomes[1])"); return }
            #expect(why.contains("GONE"))
            #expect(wire.twin.shelf == ["MUG": 45, "TEA-S": 33, "TEA-L": 19])
        }
    }

    @Test func `a count below nothing is acknowledged as nothing, and the next push lifts it from there`() throws {
        var wire = try SquareWire(seed: gifts)
        #expect(try push(&wire, [("TEA-L", 0, 20)], key: "k1").first?.quantity == .zero)
        // Sold unheard before that: the shelf really is at three less than nothing.
        #expect(try push(&wire, [("TEA-L", 0, 3)], key: "k2").first?.quantity == .zero)
        #expect(wire.twin.shelf["TEA-L"] == -3)
        let facts = try wire.run { [key = try wire.key(of: "TEA-L")] in $0.quantities(of: [key], $1) }.flatMap { $0 }
        guard case .quantity(_, -3, _)? = facts.first else { Issue.record("\(facts)"); return }
        let outcome = try push(&wire, [("TEA-L", 5, 0)], key: "k3").first
        #expect(outcome?.quantity.units == 2 && outcome?.result == .acknowledged)
        #expect(try push(&wire, [("TEA-L", 5, 2)], key: "k4").first?.quantity.units == 5)
    }

    @Test func `a recount after the moment of a push swallows it, and the answer says so`() throws {
        var wire = try SquareWire(seed: gifts)
        let key = try wire.key(of: "MUG")
        let late = wire.connector.publish([QuantityPush(key: key, sku: "MUG", quantity: Quantity(50)!, expected: 40)], idempotencyKey: "k", access)
        wire.now = wire.now + .minutes(1)
        wire.shop(.edit(sku: "MUG", quantity: 7))
        let outcome = try wire.run { _, _ in late }.flatMap { $0 }.first
        #expect(outcome?.result == .acknowledged && outcome?.quantity.units == 7 && wire.twin.shelf["MUG"] == 7)
    }

    @Test func `a key that Square has seen with another moment in it is settled by a look`() throws {
        let push = QuantityPush(key: ListingKey(product: "I", variant: "V1", stock: "V1"), sku: "A", quantity: Quantity(12)!, expected: 9)
        let used = #"{"errors":[{"category":"INVALID_REQUEST_ERROR","code":"IDEMPOTENCY_KEY_REUSED","detail":"Different parameters"}]}"#
        let counts = """
            {"counts":[{"catalog_object_id":"V1","state":"IN_STOCK","location_id":"L1","quantity":"11.9","calculated_at":"2026-11-02T09:00:01Z"},
            {"catalog_object_id":"V1","state":"IN_STOCK","location_id":"L2","quantity":"99","calculated_at":"2026-11-02T09:00:01Z"}]}
            """
        let played = try play(try connector().publish([push], idempotencyKey: "k", access), [answer(used, status: 400), answer(counts)])
        #expect(played.outputs.flatMap { $0 } == [QuantityOutcome(key: push.key, quantity: Quantity(11)!, result: .acknowledged)])
        #expect(played.asked.last?.path == "/v2/inventory/counts/batch-retrieve")
    }

    @Test func `an answer without the count is followed by a look`() throws {
        let push = QuantityPush(key: ListingKey(product: "I", variant: "V1", stock: "V1"), sku: "A", quantity: Quantity(12)!, expected: 9)
        let played = try play(
            try connector().publish([push], idempotencyKey: "k", access),
            [
                answer(#"{"counts":[],"errors":[]}"#),
                answer(
                    #"{"counts":[{"catalog_object_id":"V1","state":"IN_STOCK","location_id":"L1","quantity":"12","calculated_at":"2026-11-02T09:00:01Z"}]}"#
                ),
            ])
        #expect(played.outputs.flatMap { $0 }.first?.quantity.units == 12)
    }

    @Test func `what Square keeps no count of is not pushed again and again as if it stood at nothing`() throws {
        let push = QuantityPush(key: ListingKey(product: "I", variant: "V1", stock: "V1"), sku: "A", quantity: Quantity(12)!, expected: 0)
        let played = try play(try connector().publish([push], idempotencyKey: "k", access), [answer("{}"), answer("{}")])
        #expect(played.outputs.flatMap { $0 }.map(\.result) == [.failed("Square keeps no count of it")])
    }

    @Test func `to ask after nothing is not to ask after everything`() throws {
        let location = answer(#"{"location":{"id":"L1"}}"#)
        let unknown = QuantityPush(key: ListingKey(product: "I", variant: "V2", stock: "V2"), sku: "B", quantity: Quantity(9)!)
        let played = try play(try connector().publish([unknown], idempotencyKey: "k", access), [location])
        #expect(played.outputs.flatMap { $0 }.map(\.result) == [.stale(actual: nil)] && played.asked[0].path == "/v2/locations/L1")
        #expect(try play(try connector().quantities(of: [], access), [location]).outputs.flatMap { $0 }.isEmpty)
    }

    @Test func `what moves nothing and what nobody believes costs no move`() throws {
        let known = QuantityPush(key: ListingKey(product: "I", variant: "V1", stock: "V1"), sku: "A", quantity: Quantity(9)!, expected: 9)
        let unknown = QuantityPush(key: ListingKey(product: "I", variant: "V2", stock: "V2"), sku: "B", quantity: Quantity(9)!)
        let played = try play(try connector().publish([known, unknown], idempotencyKey: "k", access), [answer("{}")])
        #expect(played.asked.map(\.path) == ["/v2/inventory/counts/batch-retrieve"])
        #expect(played.outputs.flatMap { $0 }.map(\.result) == [.acknowledged, .stale(actual: nil)])
        #expect(played.outputs.flatMap { $0 }[0].quantity == .zero, "what Square has no count of stands at nothing")
    }

    @Test func `listings of a large shop come in pages with their counts`() throws {
        let articles = (0..<230).map { TwinSeed.Article(sku: "A\($0)", title: "A", price: "1.00", quantity: $0) }
        var wire = try SquareWire(seed: TwinSeed(shopName: "Large", currency: .gbp, articles: articles, start: gifts.start, seed: 1))
        let pages = try wire.run { $0.listings(changedSince: nil, $1) }
        #expect(pages.map(\.count) == [100, 100, 30])
        for listing in pages.flatMap({ $0 }) { #expect(listing.sku == "A\(listing.quantity ?? -1)") }
        let facts = try wire.run { connector, access in connector.quantities(of: pages.flatMap { $0 }.map(\.key), access) }.flatMap { $0 }
        #expect(facts.count == 230)
    }

    @Test func `a listing has its item's name, its variation's code, price and count`() throws {
        var wire = try SquareWire(seed: gifts)
        let all = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
        let tea = all.first { $0.sku == "TEA-L" }
        #expect(tea?.options == [.init(name: "Variation", value: "L")] && tea?.price?.minor == 725 && tea?.title == "Tea" && tea?.quantity == 20)
        let mug = all.first { $0.sku == "MUG" }
        #expect(mug?.options.isEmpty == true && mug?.gtin == "4006381333931" && mug?.isActive == true)
        #expect(all.first { $0.sku == "TEA-S" }?.key.product == tea?.key.product && tea?.key.variant == tea?.key.stock)
        #expect(try wire.run { $0.listings(changedSince: gifts.start + .seconds(1), $1) }.flatMap { $0 }.isEmpty)
    }

    @Test func `what is not at the location, not counted there or gone is told as such`() throws {
        let page = """
            {"objects":[{"type":"ITEM","id":"I1","updated_at":"2026-11-01T00:00:00Z","present_at_all_locations":true,"absent_at_location_ids":["L9"],
            "item_data":{"name":"Scarf","is_archived":true,"reporting_category":{"id":"C1"},"variations":[
            {"type":"ITEM_VARIATION","id":"V1","present_at_all_locations":true,"updated_at":"2026-11-01T01:00:00Z","item_variation_data":{"name":"Red","sku":" SC-R ",
            "price_money":{"amount":1500,"currency":"GBP"},"track_inventory":false,"location_overrides":[
            {"location_id":"L1","track_inventory":true,"price_money":{"amount":1299,"currency":"GBP"}}]}},
            {"type":"ITEM_VARIATION","id":"V2","present_at_all_locations":false,"present_at_location_ids":["L9"],"item_variation_data":{"name":"Blue","sku":"SC-B"}},
            {"type":"ITEM_VARIATION","id":"V3","present_at_all_locations":false,"present_at_location_ids":["L1"],"item_variation_data":{"name":"Green","track_inventory":true,"stockable":false}},
            {"type":"ITEM_VARIATION","id":"V4","is_deleted":true,"item_variation_data":{"name":"Grey","sku":"SC-G"}}]}},
            {"type":"ITEM","id":"I2","present_at_all_locations":true,"absent_at_location_ids":["L1"],"item_data":{"name":"Elsewhere","variations":[
            {"type":"ITEM_VARIATION","id":"V5","item_variation_data":{"name":"Regular","sku":"EL"}}]}},
            {"type":"ITEM_VARIATION","id":"V6","present_at_all_locations":true,"item_variation_data":{"item_id":"I3","name":"Regular","sku":"HAT"}}],
            "related_objects":[{"type":"CATEGORY","id":"C1","category_data":{"name":"Clothes"}},
            {"type":"ITEM","id":"I3","item_data":{"name":"Hat","variations":[]}}]}
            """
        let counts =
            #"{"counts":[{"catalog_object_id":"V1","state":"IN_STOCK","location_id":"L1","quantity":"4","calculated_at":"2026-11-02T09:00:01Z"}]}"#
        let since = gifts.start - .days(2)
        let played = try play(try connector().listings(changedSince: since, access), [answer(page), answer(counts)])
        let listings = played.outputs.flatMap { $0 }
        #expect(listings.map(\.key.variant) == ["V1", "V3", "V6"])
        #expect(listings[0].sku == "SC-R" && listings[0].price?.minor == 1299 && listings[0].quantity == 4 && listings[0].category == "Clothes")
        #expect(!listings[0].isActive && listings[0].changedAt == Instant(iso: "2026-11-01T01:00:00Z"))
        #expect(listings[1].quantity == nil && listings[1].sku == nil && listings[1].price == nil)
        #expect(listings[2].title == "Hat" && listings[2].key.product == "I3" && listings[2].options.isEmpty)
        let asked = try JSON.parse(played.asked[0].body)
        #expect(asked["begin_time"]?.string == since.iso && asked["object_types"]?.elements.compactMap(\.string) == ["ITEM", "ITEM_VARIATION"])
    }
}
