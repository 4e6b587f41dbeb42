// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Why this number` {
    static let mugs = ShopStreet.articles(["MUG": 20])

    // Pain 39: nopCommerce#100, magento/inventory#2344.
    @Test func `after a busy day every balance at every noted instant is the sum of the lines before it, and each line says why, who and when`()
        async throws
    {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        var noted: [(at: Instant, available: Int, reserved: Int)] = []
        func note() async throws {
            let stock = try await street.stock("MUG")
            noted.append((street.clock.now(), stock.available, stock.reserved))
            await street.step(.seconds(1))
        }
        try await street.whileRunning {
            try await street.settle()
            try await note()
            for shop in 0..<3 { await street.buy(shop, "A-\(shop)", [("MUG", 3)]) }
            try await street.settle()
            try await note()
            try await street.ship(street.order(0), [0: 2], tracking: "RM-1", key: "parcel")
            await street.act(1, .cancel(reference: "A-1"))
            try await street.settle()
            try await note()
            await street.act(0, .refund(reference: "A-0", lines: [.init(line: 0, quantity: 1, restock: true)]))
            try await street.receive("MUG", 5, key: "delivery")
            try await street.settle()
            try await note()
            try await street.receive("MUG", -2, key: "broken", reason: .damaged)
            try await street.cancel(street.order(2))
            try await street.settle()
            try await note()
        }
        #expect(zip(noted, noted.dropFirst()).allSatisfy { $0.available != $1.available }, "the day moved the number each time")
        let mug = LedgerUnit(variant: try await street.variant("MUG"))
        let end = street.clock.now()
        let ledger = street.hub.ledger
        let moments = noted
        try await street.hub.store.read { transaction in
            for moment in moments {
                let balances = try ledger.balances(of: mug, at: moment.at, in: transaction)
                func sum(_ kind: BalanceKind) -> Int { balances.filter { $0.account.kindNumber == kind.number }.reduce(0) { $0 + Int($1.balance) } }
                #expect(sum(StockAccounts.available) == moment.available)
                #expect(sum(StockAccounts.reserved) == moment.reserved)
                #expect(balances.reduce(0) { $0 + $1.balance } == 0, "what one account has another gave")
            }
            let lines = try ledger.history(of: mug, in: transaction)
            #expect(lines.count > 8)
            for line in lines {
                #expect(!line.cause.kind.isEmpty && line.cause.number > 0 && !line.actor.isEmpty && !line.verb.isEmpty)
                #expect(line.at >= ShopStreet.start && line.at <= end)
            }
            #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.at <= $1.at }, "in the order in which it happened")
            let actors = Set(lines.map(\.actor))
            #expect(actors.contains("ada") && actors.contains { $0.hasPrefix("channel:1 ") } && actors.contains("test"))
        }
        #expect(try await street.differences() == [])
    }
}
