// SPDX-License-Identifier: Apache-2.0

import Orders
import Testing
import Vocabulary

@Suite struct `What the channel tells of what was done here` {
    private static let told = Told(mug: ID(1), tin: ID(2))

    /// Three mugs and a tin, of which a mug and a tin were refunded here and two mugs sent, under the key; without one, nobody knows by whom.
    private static func story(key: String?) throws -> Order {
        var order = try #require(Told.heard([told.placed([("mug", 3), ("tin", 1)])]))
        var refund = told.refund("", [("mug", 1), ("tin", 1)], .restocked).refunds[0]
        refund.externalID = nil
        refund.key = key
        order.refunds = [refund]
        var parcel = told.parcel("", [("mug", 2)]).shipments[0]
        parcel.externalID = nil
        parcel.key = key
        parcel.tracking = [.init(carrier: "Royal Mail", number: "RM1", url: nil)]
        order.shipments = [parcel]
        return order
    }

    private enum Maker { case hub, another }

    /// Whose refund it is that the channel tells.
    private func maker(refund lines: [(name: String, units: Int)], total: Int64 = 1200, key: String? = "ours") throws -> Maker {
        var order = try Self.story(key: key)
        var news = Self.told.refund("r9", lines, .restocked)
        news.refunds[0].total = total
        let isHeard = order.hear(news)
        #expect(isHeard && order.refunds.last?.externalID == "r9", "its name is kept in any case")
        return order.refunds.count == 1 ? .hub : .another
    }

    /// The same of a parcel.
    private func maker(parcel lines: [(name: String, units: Int)], number: String? = nil, key: String? = "ours") throws -> Maker {
        var order = try Self.story(key: key)
        var news = Self.told.parcel("p9", lines)
        if let number { news.shipments[0].tracking = [.init(carrier: "Royal Mail", number: number, url: nil)] }
        let isHeard = order.hear(news)
        #expect(isHeard && order.shipments.last?.externalID == "p9", "its name is kept in any case")
        return order.shipments.count == 1 ? .hub : .another
    }

    @Test func `is our refund when it is of the sum and of no more than our lines`() throws {
        #expect(try maker(refund: [("mug", 1), ("tin", 1)]) == .hub)
        #expect(try maker(refund: [("tin", 1)]) == .hub, "fewer units for the same money: some channels know only money")
        #expect(try maker(refund: []) == .hub)
        #expect(try maker(refund: [("mug", 1), ("tin", 1)], total: 1199) == .another, "another sum")
        #expect(try maker(refund: [("mug", 2)]) == .another, "more than we gave back")
        #expect(try maker(refund: [("mug", 1), ("jar", 1)]) == .another, "a line that ours has not")
        #expect(try maker(refund: [("mug", 1), ("tin", 1)], key: nil) == .another, "what was not done here is not ours")
    }

    @Test func `is our parcel when it holds the same and no other number is on it`() throws {
        #expect(try maker(parcel: [("mug", 2)]) == .hub)
        #expect(try maker(parcel: [("mug", 2)], number: "RM1") == .hub)
        #expect(try maker(parcel: [("mug", 1), ("mug", 1)]) == .hub, "a line told in two parts")
        #expect(try maker(parcel: [("mug", 2)], number: "RM2") == .another, "another number")
        #expect(try maker(parcel: [("mug", 1)]) == .another, "fewer units")
        #expect(try maker(parcel: [("mug", 2), ("tin", 1)]) == .another, "another line")
        #expect(try maker(parcel: [("mug", 2)], key: nil) == .another, "what was not done here is not ours")
    }

    @Test func `calls our parcel back, too`() throws {
        var order = try Self.story(key: "ours")
        #expect(OrderFold(order).lines[0].shipped == 2)
        _ = order.hear(Self.told.parcel("p9", [("mug", 2)], isCancelled: true))
        #expect(order.shipments.count == 1)
        #expect(OrderFold(order).lines[0].shipped == 0)
    }
}

@Suite struct `Two words of one thing` {
    private let told = Told(mug: ID(1), tin: ID(2))

    /// What is known after both words, whichever comes first.
    private func both(_ first: OrderNews, _ second: OrderNews) throws -> [Order] {
        let placed = told.placed([("mug", 3), ("tin", 1)])
        return [
            try #require(Told.heard([placed, first, second])),
            try #require(Told.heard([placed, second, first])),
        ]
    }

    /// Which of two words of one refund stands, whichever comes first; nil when that decides.
    private func standing(_ first: OrderNews, _ second: OrderNews) throws -> [Refund.Line]? {
        let known = try both(first, second)
        #expect(known.map(\.refunds.count) == [1, 1])
        let lines = known.map(\.refunds[0].lines)
        return lines[0] == lines[1] ? lines[0] : nil
    }

    @Test func `of a parcel leave the fuller one, and lose no tracking`() throws {
        var tracked = told.parcel("p1", [("mug", 1)])
        tracked.shipments[0].tracking = [.init(carrier: "DHL", number: "D1", url: nil)]
        for order in try both(tracked, told.parcel("p1", [("mug", 2), ("tin", 1)])) {
            #expect(order.shipments.count == 1)
            #expect(order.shipments[0].lines.map(\.units) == [2, 1])
            #expect(order.shipments[0].tracking.map(\.number) == ["D1"])
        }
        var renumbered = tracked
        renumbered.shipments[0].tracking[0].number = "D2"
        for order in try both(tracked, renumbered) { #expect(order.shipments[0].tracking.map(\.number) == ["D2"]) }
    }

    @Test func `of a parcel leave it called back once one of them says so`() throws {
        for order in try both(told.parcel("p1", [("mug", 1)], isCancelled: true), told.parcel("p1", [("mug", 2)])) {
            #expect(order.shipments.map(\.isCancelled) == [true])
            #expect(OrderFold(order).lines[0].shipped == 0)
        }
    }

    @Test func `of a refund leave the one that says more`() throws {
        let said = told.refund("r1", [("mug", 1)], .restocked)
        #expect(try standing(told.refund("r1", [("mug", 1), ("tin", 1)], .unknown), said) == said.refunds[0].lines, "where the goods are")
        let longer = told.refund("r1", [("mug", 1), ("tin", 1)], .restocked)
        var sparse = longer
        sparse.refunds[0].lines[1].disposition = .unknown
        sparse.refunds[0].total = 9999
        #expect(try standing(said, sparse) == sparse.refunds[0].lines, "more lines")
        #expect(try standing(sparse, longer) == longer.refunds[0].lines, "more lines of which the goods are known")
        let dearer = told.refund("r1", [("mug", 2)], .restocked)
        #expect(try standing(said, dearer) == dearer.refunds[0].lines, "more money")
        #expect(try standing(said, told.refund("r1", [("tin", 1)], .restocked))?.map(\.lineID) == ["tin"], "and otherwise always the same")
    }

    @Test func `of a refund are one refund with one key`() throws {
        var ours = told.refund("r1", [("mug", 1)], .restocked)
        ours.refunds[0].key = "ours"
        for order in try both(ours, told.refund("r1", [("mug", 1), ("tin", 1)], .restocked)) {
            #expect(order.refunds.map(\.key) == ["ours"])
            #expect(order.refunds[0].lines.count == 2)
        }
    }
}
