// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import Testing
import Vocabulary

@Suite struct `A stock sheet that is asked for the unusual` {
    private let mug = SheetModel.mug
    private let tin = SheetModel.tin
    private let main = SheetModel.main
    private let shop = SheetModel.shop
    private let order = StockSheet.Claim(ID(1), line: 0, SheetModel.mug)
    private let other = StockSheet.Claim(ID(2), line: 0, SheetModel.mug)

    private func free(_ sheet: StockSheet) -> [StockSheet.Place: Int] { sheet.available }
    private func place(_ variant: ID<VariantKind>, _ location: ID<LocationKind>) -> StockSheet.Place { .init(variant, location) }

    @Test func `takes from a place once though it is named twice`() {
        let held = StockSheet(held: [order: [main: 2, shop: 1]])
        var sheet = held
        let freed = sheet.hold([(order, 0)], from: [shop, main, main])
        #expect(freed.map(\.amount) == [2, 1])
        #expect(free(sheet) == [place(mug, main): 2, place(mug, shop): 1])
        #expect(sheet.held.isEmpty)

        sheet = held
        let (sent, found) = sheet.ship(3, of: order, from: [main, main, shop])
        #expect(sent.map(\.amount) == [2, 1] && found == 0)
        #expect(sheet.held.isEmpty)

        sheet = held
        let lost = sheet.writeOff(3, of: order, from: [main, main, shop])
        #expect(lost.map(\.amount) == [2, 1])
        #expect(lost.allSatisfy { $0.to.kindNumber == StockAccounts.adjustments.number })
        #expect(sheet.held.isEmpty)
    }

    @Test func `frees what is held at a place that is not asked and was not looked at`() {
        var sheet = StockSheet(held: [order: [shop: 2]])
        let freed = sheet.hold([(order, 0)], from: [main])
        #expect(freed.map(\.from.owner) == [shop.number])
        #expect(free(sheet) == [place(mug, shop): 2])
        #expect(sheet.touched == [order] && sheet.moved == [mug])
    }

    @Test func `finds nothing free at a place that it knows nothing of`() {
        var sheet = StockSheet(available: [.init(mug, main): 2])
        _ = sheet.hold([(order, 2)], from: [shop, main])
        #expect(sheet.held[order] == [main: 2])
        _ = sheet.hold([(other, 3)], from: [shop, main])
        #expect(sheet.held[other] == nil && sheet.short[other] == 3)
        let filled = sheet.fill([other], at: shop)
        #expect(filled.isEmpty)
        #expect(sheet.short == [other: 3])
    }

    @Test func `finds what left a place that had none, whatever others have`() {
        var sheet = StockSheet(available: [.init(mug, main): 5])
        let (sent, found) = sheet.ship(2, of: order, from: [shop])
        #expect(found == 2)
        #expect(sent.map(\.from.kindNumber) == [StockAccounts.adjustments.number])
        #expect(sent.map(\.to.owner) == [shop.number])
        #expect(free(sheet) == [place(mug, main): 5])
    }

    @Test func `gives nothing to who does not wait`() {
        var sheet = StockSheet(available: [.init(mug, main): 3], short: [order: 2])
        let filled = sheet.fill([other], at: main)
        #expect(filled.isEmpty)
        #expect(sheet.available[.init(mug, main)] == 3)
        #expect(sheet.moved.isEmpty && sheet.touched.isEmpty)
    }

    @Test func `loses what is held, and then what is waited for, and no more`() {
        var sheet = StockSheet(held: [order: [main: 2], other: [main: 2]], short: [other: 4])
        let lost = sheet.writeOff(5, of: order, from: [main])
        #expect(lost.map(\.amount) == [2])
        #expect(sheet.promised(to: order) == 0)
        let more = sheet.writeOff(5, of: other, from: [main])
        #expect(more.map(\.amount) == [2])
        #expect(sheet.held.isEmpty && sheet.short == [other: 1])
    }

    @Test func `changes what is free at a place that had nothing, and never below nothing`() throws {
        var sheet = StockSheet()
        let goods = try sheet.change(3, of: mug, at: shop, against: StockAccounts.suppliers)
        #expect(goods.map(\.amount) == [3])
        let back = sheet.restock(2, of: mug, at: main)
        #expect(back.map(\.from.kindNumber) == [StockAccounts.buyers.number])
        #expect(free(sheet) == [place(mug, shop): 3, place(mug, main): 2])
        #expect(throws: Refusal(.conflict, "stock.not-enough", ["available": "0", "wanted": "1"])) {
            _ = try sheet.change(-1, of: tin, at: shop, against: StockAccounts.adjustments)
        }
        #expect(sheet.moved == [mug])
    }

    @Test func `moves nothing when nothing is asked`() throws {
        var sheet = StockSheet(available: [.init(mug, main): 3], held: [order: [main: 1]])
        let changed = try sheet.change(0, of: mug, at: main, against: StockAccounts.adjustments)
        let back = sheet.restock(0, of: mug, at: main)
        let same = sheet.hold([(order, 1)], from: [main])
        #expect(changed.isEmpty && back.isEmpty && same.isEmpty)
        #expect(sheet.moved.isEmpty && sheet.touched.isEmpty)
    }
}
