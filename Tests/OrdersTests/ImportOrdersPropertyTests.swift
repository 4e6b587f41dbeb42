// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Any order of arrival` {
    /// What a story leaves behind: its fold and every balance of its articles and its shop.
    private struct Traces: Hashable, Sendable {
        var ending: Ending?
        var mugs: [String: Int]
        var tins: [String: Int]
        var money: [String: Int]
    }

    /// Plays the story with articles and a shop of its own, a message at a time.
    private static func play(
        _ pieces: [Int], of story: Stories.Story, spare: Int, number: Int64, at place: ID<LocationKind>, _ rooms: Rooms, in transaction: Transaction
    ) throws -> Traces {
        var told = Told(shop: ID(number), order: "A-\(number)")
        let mug = try Rooms.article("MUG-\(number)", in: transaction)
        let tin = try Rooms.article("TIN-\(number)", in: transaction)
        told.mug = mug
        told.tin = tin
        let goods = [(mug, story.mugs + spare), (tin, story.tins + spare)].filter { $0.1 > 0 }.map {
            ChangeStock.Line(variant: $0.0, location: place, units: $0.1)
        }
        _ = try ChangeStock(key: "goods-\(number)", lines: goods, reason: .opening, note: "", actor: "test", at: Rooms.morning).run(
            with: rooms.stock, in: transaction)
        let news = story.news(told)
        for piece in pieces { _ = try ImportOrders(news: [news[piece]], actor: "test", at: Rooms.morning).run(with: rooms.orders, in: transaction) }
        let id = try transaction.number("SELECT number FROM orders WHERE account = \(number)")
        let order = try id.flatMap { try OrderReader.record(ID($0), in: transaction) }
        func balances(_ unit: LedgerUnit, owner: Int64) throws -> [String: Int] {
            try Rooms.balances(of: unit, owner: owner, rooms.ledger, in: transaction)
        }
        return Traces(
            ending: Ending(order?.order), mugs: try balances(LedgerUnit(variant: mug), owner: place.number),
            tins: try balances(LedgerUnit(variant: tin), owner: place.number),
            money: try balances(LedgerUnit(currency: .gbp), owner: number))
    }

    /// Plays the story in each of the orders and compares what it leaves behind with the first.
    private static func compare(_ orders: [[Int]], of story: Stories.Story, spare: Int) async throws {
        try await withRooms { rooms in
            let place = try await rooms.location()
            var usual: Traces?
            for start in stride(from: 0, to: orders.count, by: 60) {
                let part = Array(orders[start..<min(start + 60, orders.count)])
                let traces = try await rooms.store.write { transaction in
                    try part.enumerated().map { offset, pieces in
                        try play(pieces, of: story, spare: spare, number: Int64(start + offset + 1), at: place, rooms, in: transaction)
                    }
                }
                for (pieces, left) in zip(part, traces) {
                    guard let first = usual else {
                        usual = left
                        continue
                    }
                    guard left == first else {
                        Issue.record("\(story), \(spare) to spare, in the order \(pieces): \(left) instead of \(first)")
                        return
                    }
                }
            }
            #expect(usual?.ending != nil)
            #expect(try await rooms.violations() == [])
        }
    }

    @Test(arguments: Stories.all) func `ends with the same balances when there is plenty`(story: Stories.Story) async throws {
        let pieces = Array(story.news(Told()).indices)
        try await Self.compare(Stories.permutations(pieces), of: story, spare: 10)
    }

    @Test(arguments: Stories.all) func `ends with the same balances when there is exactly enough`(story: Stories.Story) async throws {
        let pieces = Array(story.news(Told()).indices)
        try await Self.compare(Stories.permutations(pieces), of: story, spare: 0)
    }

    @Test(arguments: Stories.all) func `ends with the same balances when each message comes up to five times`(story: Stories.Story) async throws {
        var chance = SplitMix64(seed: 71)
        let pieces = Array(story.news(Told()).indices)
        let orders = (0..<60).map { _ in pieces.flatMap { [Int](repeating: $0, count: chance.number(in: 1...5)) }.shuffled(using: &chance) }
        try await Self.compare([pieces] + orders, of: story, spare: 0)
    }
}
