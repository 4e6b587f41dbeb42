// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import Orders
import PostgresStorage
import PostgresSupport
import RoomSupport
import Storage
import Testing
import Vocabulary

/// Buyers at two nodes that share a database, at the same moment.
@Suite struct `The last units of a shelf that two nodes sell from` {
    /// How often many buyers want few units. Promise 1.
    struct Rush: Sendable, CustomTestStringConvertible {
        var rounds: Int, buyers: Int, units: Int
        var testDescription: String { "\(buyers) buyers for \(units), \(rounds) times" }
    }

    @Test(arguments: [Rush(rounds: soak(1_000, 10_000), buyers: 16, units: 1), Rush(rounds: soak(50, 1_000), buyers: 120, units: 4)])
    func `go to as many buyers as there are units`(rush: Rush) async throws {
        try await Engine.$current.withValue(.postgres) {
            try await withRooms { rooms in
                let other = try await rooms.database.open()
                let nodes = [rooms.store, other]
                let main = try await rooms.location()
                for round in 0..<rush.rounds {
                    let mug = try await rooms.article("MUG-\(round)")
                    try await rooms.receive(rush.units, of: mug, at: main, key: "delivery \(round)")
                    let sold = try await withThrowingTaskGroup(of: Bool.self) { group in
                        for buyer in 0..<rush.buyers {
                            group.addTask {
                                let order = ID<OrderKind>(Int64(round * 1000 + buyer))
                                return try await nodes[buyer % 2].write { try Self.buy(mug, at: main, order, rooms.stock, in: $0) }
                            }
                        }
                        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                    }
                    #expect(sold == rush.units)
                    let balances = try await rooms.balances(of: mug, at: main)
                    #expect(balances == ["reserved": rush.units, "suppliers": -rush.units])
                }
                #expect(try await rooms.store.read { try $0.number("SELECT COUNT(*) FROM accounts WHERE balance < 0 AND may_be_negative = 0") } == 0)
                let ledger = rooms.ledger
                #expect(try await rooms.store.read { try ledger.audit(in: $0) } == [])
                try await other.close()
            }
        }
    }

    /// One unit for the order; whether it got it.
    private static func buy(
        _ article: ID<VariantKind>, at main: ID<LocationKind>, _ order: ID<OrderKind>, _ stock: StockDesk, in transaction: Transaction
    ) throws -> Bool {
        var sheet = try stock.sheet(variants: [article], locations: [main], holders: [order], in: transaction)
        let claim = StockSheet.Claim(order, line: 0, article)
        let transfers = sheet.hold([(claim, 1)], from: [main])
        if !transfers.isEmpty {
            let posting = Posting(at: Rooms.morning, cause: Posting.Cause("order", order.number), actor: "test", verb: "order", transfers: transfers)
            try stock.ledger.post([posting], in: transaction)
        }
        try stock.save(sheet, new: [], promisedAt: { _ in Rooms.morning }, account: { _ in nil }, in: transaction)
        return sheet.reserved(for: claim) == 1
    }
}
