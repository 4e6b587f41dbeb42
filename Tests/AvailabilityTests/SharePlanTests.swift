// SPDX-License-Identifier: Apache-2.0

import Availability
import Testing
import Vocabulary

@Suite struct `Sharing an article out` {
    private func seller(
        _ number: Int64, exposure: Int?, shown: Int? = nil, compares: Bool = true, isAsked: Bool = false, pace: Int = 100, each: Int = 1,
        most: Int = 1_000
    ) -> SharePlan.Seller {
        SharePlan.Seller(
            listing: ID(number), exposure: exposure, shown: shown ?? exposure, compares: compares, isAsked: isAsked, pace: pace, each: each,
            most: most)
    }

    @Test func `follows recent sales, and keeps half for those who sell faster than thought`() {
        let plan = SharePlan(units: 100, sellers: [seller(1, exposure: 0, pace: 300), seller(2, exposure: 0, pace: 100)])
        #expect(plan.wishes == [ID(1): .show(32), ID(2): .show(18)])
    }

    @Test func `gives every shop its first unit before one gets what few orders ask for`() {
        let paces = [30, 18, 22, 10, 8]
        let plan = SharePlan(units: 5, sellers: paces.enumerated().map { seller(Int64($0), exposure: 0, pace: $1) })
        #expect(plan.wishes.values.allSatisfy { $0 == .show(1) })
    }

    @Test func `moves nothing that is hardly worth its two requests`() {
        // The second unit of the first shop serves one order in ten there, the first of the second nearly every one.
        let worthIt = [seller(1, exposure: 2, pace: 100), seller(2, exposure: 0, pace: 80)]
        #expect(SharePlan(units: 2, sellers: worthIt).wishes == [ID(1): .show(1), ID(2): .leave])
        // The target is 1 and 1 again, but hardly anybody orders at the second.
        let idle = [seller(1, exposure: 2, pace: 100), seller(2, exposure: 0, pace: 13)]
        #expect(SharePlan(units: 2, sellers: idle).wishes == [ID(1): .leave, ID(2): .leave])
    }

    @Test func `lets who needs a few have them all at once, as an order may ask for as many`() {
        let plan = SharePlan(units: 8, sellers: [seller(1, exposure: 3), seller(2, exposure: 4)])
        #expect(plan.wishes[ID(1)] == .show(4))
    }

    @Test func `sets a blind channel to nothing less than it may sell already`() {
        let sellers = [seller(1, exposure: 3, compares: false, pace: 100), seller(2, exposure: 5, shown: 5, pace: 100)]
        #expect(SharePlan(units: 10, sellers: sellers).wishes[ID(1)] == .leave, "two would count beside the three")
    }

    @Test func `takes from who has too much when a shop has nothing, and not otherwise`() {
        let empty = [seller(1, exposure: 6, pace: 30), seller(2, exposure: 3, pace: 20), seller(3, exposure: 0, pace: 10)]
        #expect(SharePlan(units: 9, sellers: empty).wishes == [ID(1): .show(4), ID(2): .leave, ID(3): .leave])
        let served = [seller(1, exposure: 5, pace: 30), seller(2, exposure: 3, pace: 20), seller(3, exposure: 1, pace: 10)]
        #expect(SharePlan(units: 9, sellers: served).wishes == [ID(1): .leave, ID(2): .leave, ID(3): .leave])
    }

    @Test func `reads a shop again that may sell more than it shows, when others go short`() {
        let sellers = [seller(1, exposure: 3, shown: 0, compares: false), seller(2, exposure: 0), seller(3, exposure: 0)]
        #expect(SharePlan(units: 3, sellers: sellers).wishes[ID(1)] == .ask)
        let asked = [seller(1, exposure: 3, shown: 0, compares: false, isAsked: true), seller(2, exposure: 0), seller(3, exposure: 0)]
        #expect(SharePlan(units: 3, sellers: asked).wishes[ID(1)] == .leave, "once is enough")
        #expect(SharePlan(units: 30, sellers: sellers).wishes[ID(1)] != .ask, "nobody goes short")
    }

    @Test func `gives the last unit to who sells most, and nothing to the others`() {
        let plan = SharePlan(
            units: 1, sellers: [seller(1, exposure: 0, pace: 10), seller(2, exposure: 0, pace: 30), seller(3, exposure: 0, pace: 20)])
        #expect(plan.wishes == [ID(1): .leave, ID(2): .show(1), ID(3): .leave])
    }

    @Test func `leaves a share that is not yet half sold`() {
        let plan = SharePlan(units: 100, sellers: [seller(1, exposure: 20, pace: 1), seller(2, exposure: 13, pace: 1)])
        #expect(plan.wishes == [ID(1): .leave, ID(2): .leave])
    }

    @Test func `raises no one before what pays for it was confirmed as lowered`() {
        let sellers = [seller(1, exposure: 10, pace: 1), seller(2, exposure: 0, pace: 99)]
        #expect(SharePlan(units: 10, sellers: sellers).wishes == [ID(1): .show(2), ID(2): .leave])
        let lowered = [seller(1, exposure: 5, pace: 1), seller(2, exposure: 0, pace: 99)]
        #expect(SharePlan(units: 10, sellers: lowered).wishes == [ID(1): .show(2), ID(2): .show(5)])
    }

    @Test func `takes a share back from a blind channel by showing nothing`() {
        let sellers = [seller(1, exposure: 10, compares: false, pace: 1), seller(2, exposure: 0, pace: 99)]
        #expect(SharePlan(units: 10, sellers: sellers).wishes[ID(1)] == .show(0))
    }

    @Test func `raises nothing while some channel's part is not known, and asks for it once`() {
        let sellers = [seller(1, exposure: nil), seller(2, exposure: nil, isAsked: true), seller(3, exposure: 0)]
        #expect(SharePlan(units: 10, sellers: sellers).wishes == [ID(1): .ask, ID(2): .leave, ID(3): .leave])
    }

    @Test func `shares a bundle out in whole bundles`() {
        let plan = SharePlan(units: 7, sellers: [seller(1, exposure: 0, each: 3)])
        #expect(plan.wishes == [ID(1): .show(3)])
    }

    @Test func `of a fixed article shows each channel what is allotted to it, with no pool, and less where there is less`() {
        let sellers = [seller(1, exposure: 0, pace: 900, most: 6), seller(2, exposure: 0, pace: 100, most: 10), seller(3, exposure: 0, most: 0)]
        #expect(SharePlan(units: 40, sellers: sellers, isFixed: true).wishes == [ID(1): .show(6), ID(2): .show(10), ID(3): .leave])
        let few = SharePlan(units: 5, sellers: sellers, isFixed: true).wishes
        #expect(few == [ID(1): .show(4), ID(2): .show(1), ID(3): .leave], "what there is goes where it sells")
    }

    @Test func `of a fixed article follows the merchant at once, lower first and raised by what is free`() {
        let sellers = [seller(1, exposure: 10, most: 4), seller(2, exposure: 4, most: 10)]
        #expect(SharePlan(units: 14, sellers: sellers, isFixed: true).wishes == [ID(1): .show(4), ID(2): .leave], "nothing is free yet")
        #expect(SharePlan(units: 20, sellers: sellers, isFixed: true).wishes == [ID(1): .show(4), ID(2): .show(10)])
        let sold = [seller(1, exposure: 4, most: 4), seller(2, exposure: 3, most: 3)]
        #expect(SharePlan(units: 30, sellers: sold, isFixed: true).wishes == [ID(1): .leave, ID(2): .leave], "what was sold is not given anew")
    }

    @Test func `of a fixed article sets a blind channel anew only beside what it may have sold, else shows nothing first`() {
        let raised = [seller(1, exposure: 8, compares: false, most: 10)]
        #expect(SharePlan(units: 18, sellers: raised, isFixed: true).wishes == [ID(1): .show(10)])
        #expect(SharePlan(units: 17, sellers: raised, isFixed: true).wishes == [ID(1): .leave])
        let lowered = [seller(1, exposure: 10, compares: false, most: 4)]
        #expect(SharePlan(units: 14, sellers: lowered, isFixed: true).wishes == [ID(1): .show(4)])
        #expect(SharePlan(units: 13, sellers: lowered, isFixed: true).wishes == [ID(1): .show(0)])
        let uncertain = [seller(1, exposure: 8, shown: 4, compares: false, isAsked: true, most: 4)]
        #expect(SharePlan(units: 14, sellers: uncertain, isFixed: true).wishes == [ID(1): .leave], "it shows what it should")
    }

    @Test func `of what nobody could count stays a plan`() {
        let plan = SharePlan(
            units: 2_000_000_000, sellers: [seller(1, exposure: 0, pace: .max, most: .max), seller(2, exposure: 0, pace: 0, most: .max)])
        #expect(plan.wishes.count == 2)
    }

    @Test func `gives each unit where it is worth most, however many there are`() {
        for seed in UInt64(1)...2_000 {
            var chance = SplitMix64(seed: seed)
            let sellers = (1...Int64(chance.number(in: 1...9))).map { number in
                seller(number, exposure: 0, pace: chance.number(in: 1...90) * chance.number(in: 1...90) * 100, most: chance.number(in: 0...60))
            }
            let units = chance.number(in: 0...200)
            let plan = SharePlan(units: units, sellers: sellers)
            let shares = sellers.map { seller -> Int in if case .show(let units)? = plan.wishes[seller.listing] { units } else { 0 } }
            let given = min(max(units / 2, min(units, 4 * sellers.count)), sellers.reduce(0) { $0 + $1.most })
            #expect(shares.reduce(0, +) == given, "seed \(seed): all of it is given")
            func worth(_ place: Int, ofUnit number: Int) -> Double {
                Double(sellers[place].pace) * (number == 1 ? 0.85 : number <= 4 ? 0.1 : 1.6 / Double(number * number))
            }
            // No unit would be worth more elsewhere, but for what is rounded.
            let last = sellers.indices.filter { shares[$0] > 0 }.map { worth($0, ofUnit: shares[$0]) }.min() ?? .infinity
            let next = sellers.indices.filter { shares[$0] < sellers[$0].most }.map { worth($0, ofUnit: shares[$0] + 1) }.max() ?? 0
            #expect(last >= 0.97 * next, "seed \(seed): \(units) units as \(shares)")
        }
        let many = SharePlan(units: 1_000_000_000, sellers: [seller(1, exposure: 0, pace: 400, most: .max), seller(2, exposure: 0, most: .max)])
        #expect(many.wishes == [ID(1): .show(333_333_333), ID(2): .show(166_666_667)])
    }

    @Test func `never plans more than there is, whatever stands where`() {
        for seed in UInt64(1)...5_000 {
            var chance = SplitMix64(seed: seed)
            let sellers = (1...Int64(chance.number(in: 1...9))).map { number in
                let exposure = chance.number(in: 0...30)
                let shown = chance.chance(perMillion: 800_000) ? chance.number(in: 0...exposure) : nil
                return SharePlan.Seller(
                    listing: ID(number), exposure: exposure, shown: shown, compares: chance.chance(perMillion: 500_000),
                    pace: chance.number(in: 0...5_000), each: chance.number(in: 1...3), most: chance.number(in: 0...60))
            }
            let units = chance.number(in: 0...120)
            let isFixed = seed % 2 == 0
            let plan = SharePlan(units: units, sellers: sellers, isFixed: isFixed)
            let before = sellers.reduce(0) { $0 + ($1.exposure ?? 0) }
            // What each wish may add from the moment it is sent.
            let added = sellers.reduce(0) { sum, seller in
                guard case .show(let wanted)? = plan.wishes[seller.listing] else { return sum }
                return sum + (seller.compares ? max(0, wanted - (seller.shown ?? seller.exposure ?? 0)) : wanted)
            }
            for seller in sellers where isFixed {
                guard case .show(let wanted)? = plan.wishes[seller.listing] else { continue }
                #expect(wanted <= max(seller.most, seller.shown ?? seller.exposure ?? 0), "seed \(seed): \(wanted) shown of \(seller.most)")
            }
            #expect(added == 0 || before + added <= units, "seed \(seed): \(before) stand, \(added) are added, \(units) are there")
        }
    }
}
