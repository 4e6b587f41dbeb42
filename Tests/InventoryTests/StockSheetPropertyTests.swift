// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import Testing
import Vocabulary

@Suite struct `Any work on a stock sheet` {
    private typealias Model = SheetModel

    private static func claim(_ chance: inout SplitMix64) -> StockSheet.Claim {
        StockSheet.Claim(ID(Int64(chance.number(in: 1...3))), line: chance.number(in: 0...1), Model.variants[chance.number(in: 0...1)])
    }

    private static func locations(_ chance: inout SplitMix64) -> [ID<LocationKind>] {
        switch chance.number(in: 0...3) {
        case 0: [Model.main]
        case 1: [Model.shop, Model.main]
        default: [Model.main, Model.shop]
        }
    }

    /// Wishes of one order, each claim once.
    private static func wishes(_ chance: inout SplitMix64) -> [(claim: StockSheet.Claim, units: Int)] {
        var wishes: [StockSheet.Claim: Int] = [:]
        let holder = ID<OrderKind>(Int64(chance.number(in: 1...3)))
        for _ in 0..<chance.number(in: 1...3) {
            var claim = claim(&chance)
            claim.holder = holder
            wishes[claim] = chance.number(in: 0...6)
        }
        return wishes.sorted { $0.key < $1.key }.map { (claim: $0.key, units: $0.value) }
    }

    /// One step, chosen by chance; tells a promise that it broke.
    private static func step(_ model: inout Model, _ chance: inout SplitMix64) -> String? {
        let claim = claim(&chance)
        let places = locations(&chance)
        switch chance.number(in: 0...6) {
        case 0, 1:
            let wishes = wishes(&chance)
            model.post(model.sheet.hold(wishes, from: places))
            if let wrong = wishes.first(where: { model.sheet.promised(to: $0.claim) != $0.units }) {
                return "\(wrong.claim) is not promised \(wrong.units)"
            }
            if !model.sheet.hold(wishes, from: places).isEmpty { return "holding the same again moved something" }
        case 2:
            let units = chance.number(in: 0...5)
            let before = model.sheet.promised(to: claim)
            let (transfers, found) = model.sheet.ship(units, of: claim, from: places)
            model.post(transfers)
            let left = transfers.filter { $0.to.kindNumber == StockAccounts.buyers.number }.reduce(0) { $0 + $1.amount }
            if left != Int64(units) { return "\(left) of \(units) units left" }
            let free = places.reduce(0) { $0 + (model.sheet.available[.init(claim.variant, $1)] ?? 0) }
            if found > 0, free > 0 { return "units were found while some were free" }
            if model.sheet.promised(to: claim) != max(0, before - units) { return "shipping left a promise of \(model.sheet.promised(to: claim))" }
        case 3:
            let held = model.sheet.promised(to: claim)
            model.post(model.sheet.writeOff(min(chance.number(in: 0...4), held), of: claim, from: places))
        case 4:
            model.post(model.sheet.restock(chance.number(in: 0...4), of: claim.variant, at: places[0]))
        case 5:
            let units = chance.number(in: -4...6)
            let free = model.sheet.available[.init(claim.variant, places[0])] ?? 0
            let moved = try? model.sheet.change(units, of: claim.variant, at: places[0], against: StockAccounts.adjustments)
            if (moved == nil) != (free + units < 0) { return "a change of \(units) where \(free) were free: \(moved == nil ? "refused" : "done")" }
            model.post(moved ?? [])
        default:
            let waiting = model.sheet.short.keys.filter { $0.variant == claim.variant }.sorted()
            model.post(model.sheet.fill(waiting, at: places[0]).map { $0.transfer })
            let free = model.sheet.available[.init(claim.variant, places[0])] ?? 0
            if free > 0, waiting.contains(where: { model.sheet.short[$0] != nil }) { return "somebody waits while units are free" }
        }
        return nil
    }

    @Test func `keeps free units at zero or more and agrees with the books`() {
        for seed in UInt64(1)...10_000 {
            var chance = SplitMix64(seed: seed)
            var units: [StockSheet.Place: Int] = [:]
            for variant in Model.variants { for location in Model.locations { units[.init(variant, location)] = chance.number(in: 0...8) } }
            var model = Model(units)
            for number in 0..<12 {
                let broken = Self.step(&model, &chance)
                let troubles = model.troubles() + [broken].compactMap(\.self)
                guard troubles.isEmpty else {
                    Issue.record("seed \(seed), step \(number): \(troubles.joined(separator: "; "))")
                    return
                }
            }
        }
    }

    @Test func `never promises one unit to two lines of a cart`() {
        for seed in UInt64(1)...2_000 {
            var chance = SplitMix64(seed: seed)
            let stock = chance.number(in: 0...6)
            var model = Model([.init(Model.mug, Model.main): stock])
            // A mug by itself, and mugs as parts of two kinds of sets.
            let cart = (0..<3).map { line in (claim: StockSheet.Claim(ID(1), line: line, Model.mug), units: chance.number(in: 0...4)) }
            model.post(model.sheet.hold(cart, from: Model.locations))
            let held = cart.reduce(0) { $0 + model.sheet.reserved(for: $1.claim) }
            let wanted = cart.reduce(0) { $0 + $1.units }
            #expect(held == min(stock, wanted), "seed \(seed)")
            #expect(model.sheet.short.values.reduce(0, +) == max(0, wanted - stock), "seed \(seed)")
            #expect(model.troubles() == [], "seed \(seed)")
        }
    }
}
