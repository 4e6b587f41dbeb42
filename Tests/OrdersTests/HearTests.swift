// SPDX-License-Identifier: Apache-2.0

import Orders
import Testing
import Vocabulary

@Suite struct `What is heard of an order` {
    private static let told = Told(mug: ID(1), tin: ID(2))

    @Test(arguments: Stories.all) func `ends the same in whatever order it comes`(story: Stories.Story) {
        let news = story.news(Self.told)
        let ending = Ending(Told.heard(news))
        #expect(ending != nil)
        for pieces in Stories.permutations(news) {
            guard Ending(Told.heard(pieces)) == ending else {
                let order = pieces.map { news.firstIndex(of: $0).map(String.init) ?? "?" }.joined(separator: ", ")
                Issue.record("\(story) ends differently in the order \(order)")
                return
            }
        }
    }

    @Test(arguments: Stories.all) func `counts once however often it comes`(story: Stories.Story) throws {
        let seed: UInt64 = 31
        var chance = SplitMix64(seed: seed)
        let news = story.news(Self.told)
        let ending = Ending(Told.heard(news))
        for _ in 0..<200 {
            var pieces = news.flatMap { [OrderNews](repeating: $0, count: chance.number(in: 1...5)) }
            pieces.shuffle(using: &chance)
            #expect(Ending(Told.heard(pieces)) == ending, "\(story), seed \(seed)")
        }
        var order = try #require(Told.heard(news))
        for piece in news {
            let heard = order.hear(piece)
            #expect(!heard, "the whole story again changes nothing")
        }
    }

    @Test func `is told apart: another refund is another refund`() throws {
        let told = Self.told
        let once = try #require(Told.heard([told.placed([("mug", 3)]), told.refund("r1", [("mug", 1)], .restocked)]))
        let twice = try #require(
            Told.heard([told.placed([("mug", 3)]), told.refund("r1", [("mug", 1)], .restocked), told.refund("r2", [("mug", 1)], .restocked)]))
        #expect(OrderFold(once).lines[0].removed == 1)
        #expect(OrderFold(twice).lines[0].removed == 2)
    }

    @Test func `never turns a sold article into another`() throws {
        let before = Self.told.placed([("mug", 1)])
        let after = Told(mug: ID(9)).placed([("mug", 1)], revision: 2)
        let order = try #require(Told.heard([before, after]))
        #expect(order.lines[0].variant == ID(1))
        #expect(order.header.revision == 2)
    }

    @Test func `is of the newer word when the older comes late`() throws {
        let told = Self.told
        let order = try #require(Told.heard([told.placed([("mug", 2)], revision: 5), told.placed([("mug", 9)], revision: 4, payment: .voided)]))
        #expect(order.lines[0].ordered == 2)
        #expect(order.header.payment == .paid)
    }

    @Test func `is, of one second, of the word that is further, whichever comes last`() throws {
        let placed = Self.told.placed([("mug", 2)], payment: .pending)
        var paid = Self.told.placed([("mug", 2)], revision: 2)
        paid.snapshot?.header.changedAt = try #require(placed.snapshot).header.changedAt
        for news in [[placed, paid], [paid, placed]] { #expect(try #require(Told.heard(news)).header.payment == .paid) }
    }

    @Test func `recognises our own refund and parcel when the channel tells of them`() throws {
        let told = Self.told
        var order = try #require(Told.heard([told.placed([("mug", 2)])]))
        var mine = told.refund("", [("mug", 1)], .restocked).refunds[0]
        mine.externalID = nil
        mine.key = "ours"
        order.refunds = [mine]
        var sent = told.parcel("", [("mug", 1)]).shipments[0]
        sent.externalID = nil
        sent.key = "ours"
        order.shipments = [sent]
        let before = OrderFold(order)
        let heard2 = order.hear(told.refund("r9", [("mug", 1)], .restocked))
        #expect(heard2)
        let heard3 = order.hear(told.parcel("p9", [("mug", 1)]))
        #expect(heard3)
        #expect(order.refunds.map(\.externalID) == ["r9"] && order.shipments.map(\.externalID) == ["p9"])
        #expect(OrderFold(order) == before)
        let heard4 = order.hear(told.parcel("p10", [("mug", 1)]))
        #expect(heard4, "the next one is another")
        #expect(order.shipments.count == 2)
    }
}
