// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import Testing
import Vocabulary

@Suite struct `A stock sheet` {
    private let mug = SheetModel.mug
    private let tin = SheetModel.tin
    private let main = SheetModel.main
    private let shop = SheetModel.shop

    private func claim(_ holder: Int64, _ variant: ID<VariantKind>, line: Int = 0) -> StockSheet.Claim { .init(ID(holder), line: line, variant) }

    @Test func `takes a whole cart from one location when one has all of it`() {
        var sheet = StockSheet(available: [.init(mug, main): 5, .init(mug, shop): 5, .init(tin, shop): 1])
        _ = sheet.hold([(claim(1, mug), 2), (claim(1, tin, line: 1), 1)], from: [main, shop])
        #expect(sheet.held[claim(1, mug)] == [shop: 2])
        #expect(sheet.held[claim(1, tin, line: 1)] == [shop: 1])
    }

    @Test func `splits a cart only when it must, in the order the locations are asked`() {
        var sheet = StockSheet(available: [.init(mug, main): 2, .init(mug, shop): 3])
        _ = sheet.hold([(claim(1, mug), 4)], from: [main, shop])
        #expect(sheet.held[claim(1, mug)] == [main: 2, shop: 2])
        _ = sheet.hold([(claim(2, mug), 3)], from: [main, shop])
        #expect(sheet.held[claim(2, mug)] == [shop: 1])
        #expect(sheet.short[claim(2, mug)] == 2)
    }

    @Test func `adds the lines of a cart before it looks for a location that has it all`() {
        var sheet = StockSheet(available: [.init(mug, main): 3, .init(mug, shop): 4])
        _ = sheet.hold([(claim(1, mug), 2), (claim(1, mug, line: 1), 2)], from: [main, shop])
        #expect(sheet.held[claim(1, mug)] == [shop: 2])
        #expect(sheet.held[claim(1, mug, line: 1)] == [shop: 2])
    }

    @Test func `never takes from a location that is not asked`() {
        var sheet = StockSheet(available: [.init(mug, main): 1, .init(mug, shop): 9])
        _ = sheet.hold([(claim(1, mug), 3)], from: [main])
        #expect(sheet.held[claim(1, mug)] == [main: 1])
        #expect(sheet.short[claim(1, mug)] == 2)
        #expect(sheet.available[.init(mug, shop)] == 9)
    }

    @Test func `gives up what is waited for first, then the location asked last`() {
        var sheet = StockSheet(available: [.init(mug, main): 2, .init(mug, shop): 2])
        _ = sheet.hold([(claim(1, mug), 6)], from: [main, shop])
        let moved = sheet.hold([(claim(1, mug), 4)], from: [main, shop])
        #expect(moved.isEmpty, "only the two that were nowhere")
        #expect(sheet.short.isEmpty)
        let given = sheet.hold([(claim(1, mug), 1)], from: [main, shop])
        #expect(given.map(\.amount) == [2, 1])
        #expect(given.map(\.from.owner) == [shop.number, main.number])
        #expect(sheet.held[claim(1, mug)] == [main: 1])
    }

    @Test func `ships what is held first, then what is free, then finds the rest`() {
        var sheet = StockSheet(available: [.init(mug, main): 5])
        _ = sheet.hold([(claim(1, mug), 2)], from: [main])
        let (transfers, found) = sheet.ship(6, of: claim(1, mug), from: [main])
        #expect(
            transfers.map(\.from.kindNumber) == [StockAccounts.reserved.number, StockAccounts.available.number, StockAccounts.adjustments.number])
        #expect(transfers.map(\.amount) == [2, 3, 1])
        #expect(found == 1)
        #expect(sheet.available[.init(mug, main)] == 0)
    }

    @Test func `serves those who wait in the order it is told`() {
        var sheet = StockSheet(available: [.init(mug, main): 3], short: [claim(1, mug): 2, claim(2, mug): 2, claim(3, mug): 1])
        let filled = sheet.fill([claim(3, mug), claim(1, mug), claim(2, mug)], at: main)
        #expect(filled.map { $0.claim } == [claim(3, mug), claim(1, mug)])
        #expect(filled.map { $0.transfer.amount } == [1, 2])
        #expect(sheet.short == [claim(2, mug): 2])
    }

    @Test func `refuses to lose what is promised`() {
        var sheet = StockSheet(available: [.init(mug, main): 5])
        _ = sheet.hold([(claim(1, mug), 4)], from: [main])
        #expect(throws: Refusal(.conflict, "stock.not-enough", ["available": "1", "wanted": "2"])) {
            _ = try sheet.change(-2, of: mug, at: main, against: StockAccounts.adjustments)
        }
        #expect(sheet.available[.init(mug, main)] == 1)
    }

    @Test func `knows what it changed`() {
        var sheet = StockSheet(available: [.init(mug, main): 5, .init(tin, main): 5])
        _ = sheet.hold([(claim(1, mug), 1)], from: [main])
        #expect(sheet.touched == [claim(1, mug)])
        #expect(sheet.moved == [mug])
    }
}
