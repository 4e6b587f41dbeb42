// SPDX-License-Identifier: Apache-2.0

import Orders
import Testing
import Vocabulary

@Suite struct `The fold of an order` {
    private let told = Told(mug: ID(1), tin: ID(2))

    private func fold(_ news: OrderNews...) throws -> OrderFold { OrderFold(try #require(Told.heard(news))) }

    @Test func `holds what was ordered until it leaves`() throws {
        let open = try fold(told.placed([("mug", 3)]))
        #expect(open.lines[0].toHold == 3 && open.status == .open)
        let partial = try fold(told.placed([("mug", 3)]), told.parcel("p1", [("mug", 2)]))
        #expect(partial.lines[0].toHold == 1 && partial.lines[0].shipped == 2 && partial.status == .partial)
        let shipped = try fold(told.placed([("mug", 3)]), told.parcel("p1", [("mug", 2)]), told.parcel("p2", [("mug", 1)]))
        #expect(shipped.lines[0].toHold == 0 && shipped.status == .shipped)
    }

    @Test func `counts no unit back beyond what was sold`() throws {
        let fold = try fold(told.placed([("mug", 3)]), told.parcel("p1", [("mug", 1)]), told.refund("r1", [("mug", 99)], .restocked))
        #expect(fold.lines[0].removed == 2, "the two that had not left")
        #expect(fold.lines[0].returned == 1, "and the one that had")
        #expect(fold.lines[0].toHold == 0 && fold.status == .closed)
    }

    @Test func `ships no more than was ordered`() throws {
        #expect(try fold(told.placed([("mug", 3)]), told.parcel("p1", [("mug", 8)])).lines[0].shipped == 3)
    }

    @Test func `writes off what was refunded in the house and is not to come back`() throws {
        let inHouse = try fold(told.placed([("mug", 3)]), told.refund("r1", [("mug", 1)], .notRestocked))
        #expect(inHouse.lines[0].writtenOff == 1 && inHouse.lines[0].toHold == 2)
        let gone = try fold(told.placed([("mug", 3)]), told.parcel("p1", [("mug", 3)]), told.refund("r1", [("mug", 1)], .notRestocked))
        #expect(gone.lines[0].writtenOff == 0 && gone.lines[0].returned == 0 && gone.status == .shipped, "the buyer keeps it")
    }

    @Test func `keeps holding units of which nobody has said where they are, and ships none of them`() throws {
        let fold = try fold(told.placed([("mug", 3)]), told.refund("r1", [("mug", 2)], .unknown))
        #expect(fold.lines[0].toHold == 3 && fold.lines[0].undecided == 2 && fold.lines[0].toShip == 1)
    }

    @Test func `frees everything that is in the house when the order is off`() throws {
        let off = try fold(told.placed([("mug", 3)], isCancelled: true))
        #expect(off.lines[0].removed == 3 && off.lines[0].toHold == 0 && off.status == .cancelled)
        #expect(off.money == OrderFold.Money())
        let late = try fold(told.placed([("mug", 3)], isCancelled: true), told.parcel("p1", [("mug", 1)]))
        #expect(late.lines[0].shipped == 1 && late.lines[0].removed == 2 && late.status == .shipped, "what has left has left")
    }

    @Test func `takes the units again when the order is on again`() throws {
        let on = try fold(told.placed([("mug", 3)], isCancelled: true), told.placed([("mug", 3)], revision: 2))
        #expect(on.lines[0].toHold == 3 && on.status == .open)
        #expect(on.money.goods == 1500 && on.money.tax == 360 && on.money.shipping == 300)
    }

    @Test func `holds without shipping while the shop says wait`() throws {
        let held = try fold(told.placed([("mug", 1)], isOnHold: true))
        #expect(held.status == .held && held.lines[0].toHold == 1)
    }

    @Test func `takes no stock for a cart that became no order, nor for what the channel ships itself`() throws {
        let draft = try fold(told.placed([("mug", 3)], claimsStock: false))
        #expect(draft.status == .draft && draft.lines[0].toHold == 0 && draft.money == OrderFold.Money())
        let theirs = try fold(told.placed([("mug", 3)], isFulfilledByChannel: true), told.parcel("p1", [("mug", 2)]))
        #expect(theirs.status == .byChannel && theirs.lines[0].toHold == 0)
        #expect(theirs.money.goods == 1500, "the sale is ours all the same")
    }

    @Test func `goes by the shop's count of restocked units where the refunds do not say`() throws {
        func line(restocked: Int, _ refunds: OrderNews...) throws -> OrderFold.Line {
            let counted = told.placed([("mug", 3)]).with { $0.lines[0].restocked = restocked }
            return OrderFold(try #require(Told.heard([counted] + refunds))).lines[0]
        }
        let some = try line(restocked: 1, told.refund("r1", [("mug", 3)], .unknown))
        #expect(some.removed == 1 && some.writtenOff == 2 && some.undecided == 0 && some.toHold == 0, "the others are gone")
        let many = try line(restocked: 9, told.refund("r1", [("mug", 2)], .unknown))
        #expect(many.removed == 2 && many.writtenOff == 0 && many.toHold == 1, "no more than was given back")
        let said = try line(restocked: 1, told.refund("r1", [("mug", 2)], .restocked), told.refund("r2", [("mug", 1)], .unknown))
        #expect(said.removed == 2 && said.writtenOff == 1 && said.undecided == 0, "what a refund says is not taken back")
    }

    @Test func `is off for a cart and for what the channel ships, too, when it was cancelled`() throws {
        let cart = try fold(told.placed([("mug", 3)], isCancelled: true, claimsStock: false))
        #expect(cart.status == .cancelled && cart.lines[0].toHold == 0 && cart.money == OrderFold.Money())
        let theirs = try fold(told.placed([("mug", 3)], isCancelled: true, isFulfilledByChannel: true))
        #expect(theirs.status == .cancelled && theirs.money == OrderFold.Money())
    }

    @Test func `keeps the sale of a cancelled order in the books when money went back for it`() throws {
        let fold = try fold(told.placed([("mug", 3)], isCancelled: true), told.refund("r1", [("mug", 3)], .removed))
        #expect(fold.status == .cancelled && fold.refunded == 1800)
        #expect(fold.money.goods == 1500 && fold.money.tax == 360, "or the refund would be of nothing")
    }

    @Test func `keeps in sight what the total has beyond its parts`() throws {
        var news = told.placed([("mug", 1)])
        news.snapshot?.header.total += 7
        #expect(try fold(news).money.difference == 7)
    }

    @Test func `puts every unit somewhere, whatever the channel says`() throws {
        let seed: UInt64 = 53
        var chance = SplitMix64(seed: seed)
        for _ in 0..<3_000 {
            var news = [told.placed([("mug", chance.number(in: 0...5))], isCancelled: chance.chance(perMillion: 200_000))]
            for key in 0..<chance.number(in: 0...4) {
                let lines = [(name: "mug", units: chance.number(in: 0...7))]
                switch chance.number(in: 0...4) {
                case 0: news.append(told.parcel("p\(key)", lines, isCancelled: chance.chance(perMillion: 300_000)))
                case 1: news.append(told.parcel("p\(key)", lines))
                case 2: news.append(told.refund("r\(key)", lines, .restocked))
                case 3: news.append(told.refund("r\(key)", lines, .notRestocked))
                default: news.append(told.refund("r\(key)", lines, .unknown))
                }
            }
            let line = OrderFold(try #require(Told.heard(news))).lines[0]
            #expect(line.shipped + line.removed + line.writtenOff + line.toHold == line.ordered, "seed \(seed)")
            #expect(line.returned <= line.shipped && line.undecided >= 0 && line.toShip >= 0, "seed \(seed)")
            #expect([line.shipped, line.removed, line.returned, line.writtenOff, line.toHold].allSatisfy { $0 >= 0 }, "seed \(seed)")
        }
    }
}
