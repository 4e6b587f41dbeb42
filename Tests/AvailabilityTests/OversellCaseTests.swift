// SPDX-License-Identifier: Apache-2.0

import Availability
import RoomSupport
import Testing
import Vocabulary

@Suite struct `An oversell` {
    typealias Step = OversellCase.Step
    private static let near = ID<AccountKind>(1)
    private static let far = ID<AccountKind>(2)
    private static let last = ID<OrderKind>(9)

    private static func at(_ minute: Int64) -> Instant { Rooms.morning + .minutes(minute) }

    /// Ten minutes past, a buyer of near takes a unit that is not there; the hub hears of it at twelve.
    private static let order = Step(at: at(10), account: near, .sold(1, order: last, heardAt: at(12)))
    /// Near shows two since the first minute.
    private static let shown = Step(at: at(1), account: near, .confirmed(2, sentAt: at(0)))

    private func look(
        _ steps: [Step], blind: Set<ID<AccountKind>> = [], policy: SellingPolicy = SellingPolicy(.shared), units: Int = 1
    ) -> OversellCase {
        // In any order: the last first.
        OversellCase(order: Self.last, on: Self.near, units: units, steps: (steps + [Self.order]).reversed(), blind: blind, policy: policy)
    }

    @Test func `by two channels that sold the same unit asks for shares, or a buffer`() {
        let rival = Step(at: Self.at(9), account: Self.far, .sold(2, order: ID(8), heardAt: Self.at(11)))
        let found = look([Self.shown, rival])
        #expect(found.cause == .soldTwice(other: Self.far) && found.remedies == [.guarded, .buffer(1)])
        #expect(found.steps == [Self.shown, rival, Self.order], "oldest first")
        #expect(look([Self.shown, rival], policy: SellingPolicy(.guarded, limit: 3)).remedies == [.limit(2), .buffer(1)])
        #expect(look([Self.shown, rival], policy: SellingPolicy(.fixed)).remedies == [.buffer(1)])
        let early = Step(at: Self.at(-9), account: Self.far, .sold(2, order: ID(8), heardAt: Self.at(-8)))
        #expect(look([Self.shown, early]).cause == .unknown, "it was counted before the figure left")
        let late = Step(at: Self.at(9), account: Self.far, .sold(2, order: ID(8), heardAt: Self.at(13)))
        #expect(look([Self.shown, late]).cause == .unknown, "it was heard of afterwards: it is the one that is short")
    }

    @Test func `by a manual edit at the channel is for nobody's setting`() {
        let edit = Step(at: Self.at(5), account: Self.near, .seen(7))
        let found = look([Self.shown, edit])
        #expect(found.cause == .edited(Self.near) && found.remedies == [.inHub])
        let cancelled = Step(at: Self.at(4), account: Self.near, .cancelled(5, order: ID(3)))
        #expect(look([Self.shown, cancelled, edit]).cause == .unknown, "a cancellation explains it")
        let lower = Step(at: Self.at(5), account: Self.near, .seen(1))
        #expect(look([Self.shown, lower]).cause == .unknown, "a lower one is a sale")
        let setOver = Step(at: Self.at(6), account: Self.near, .confirmed(1, sentAt: Self.at(6)))
        #expect(look([Self.shown, edit, setOver]).cause == .unknown, "it was set over before the buyer came")
        #expect(look([Self.shown, Step(at: Self.at(5), account: Self.far, .seen(7))]).cause == .unknown, "another channel's")
    }

    @Test func `by stock that was corrected down after it was offered asks for a buffer`() {
        let lost = Step(at: Self.at(3), .stock(-2, reason: "lost"))
        let found = look([Self.shown, lost], units: 2)
        #expect(found.cause == .corrected(units: 2) && found.remedies == [.buffer(2)])
        #expect(look([Self.shown, Step(at: Self.at(3), .stock(2, reason: "found"))]).cause == .unknown)
        #expect(look([Self.shown, Step(at: Self.at(-3), .stock(-2, reason: "lost"))]).cause == .unknown, "before it was offered")
        #expect(look([Self.shown, Step(at: Self.at(13), .stock(-2, reason: "lost"))]).cause == .unknown, "after the order was heard of")
    }

    @Test func `by a blind set that overtook a sale asks for shares, or a smaller cap`() {
        let unheard = Step(at: Self.at(0), account: Self.near, .sold(1, order: ID(7), heardAt: Self.at(2)))
        let found = look([unheard, Self.shown], blind: [Self.near])
        #expect(found.cause == .overtaken(Self.near) && found.remedies == [.guarded, .cap(1)])
        #expect(look([unheard, Self.shown]).cause == .unknown, "a set with compare would have been refused")
        let heard = Step(at: Self.at(-2), account: Self.near, .sold(1, order: ID(7), heardAt: Self.at(-1)))
        #expect(look([heard, Self.shown], blind: [Self.near]).cause == .unknown)
        let empty = Step(at: Self.at(1), account: Self.near, .confirmed(0, sentAt: Self.at(0)))
        #expect(look([unheard, empty], blind: [Self.near]).cause == .unknown, "nothing was given back")
    }

    @Test func `of what was ordered while the hub was down asks for shares`() {
        let away = Step(at: Self.at(8), .away(until: Self.at(11)))
        #expect(look([Self.shown, away]).cause == .hubAway)
        #expect(look([Self.shown, away]).remedies == [.guarded])
        let rival = Step(at: Self.at(9), account: Self.far, .sold(2, order: ID(8), heardAt: Self.at(12)))
        #expect(look([Self.shown, away, rival]).cause == .hubAway, "it would have been told in time")
        let before = Step(at: Self.at(2), .away(until: Self.at(4)))
        #expect(look([Self.shown, before]).cause == .unknown, "it was up again")
    }

    @Test func `that nothing explains is said to be so`() {
        #expect(look([]).cause == .unknown && look([]).remedies == [.guarded])
        #expect(look([Self.shown], policy: SellingPolicy(.guarded)).remedies == [])
        let stranger = OversellCase(
            order: ID(5), on: Self.near, units: 1, steps: [Self.shown, Self.order], blind: [], policy: SellingPolicy(.shared))
        #expect(stranger.cause == .unknown)
    }
}
