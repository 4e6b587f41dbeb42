// SPDX-License-Identifier: Apache-2.0

import Availability
import RoomSupport
import Testing
import Vocabulary

@Suite struct `An oversell's story` {
    typealias Step = OversellCase.Step
    private static let near = ID<AccountKind>(1)
    private static let far = ID<AccountKind>(2)

    private static func at(_ minute: Int64) -> Instant { Rooms.morning + .minutes(minute) }

    /// Three units were ordered at the tenth minute, and heard of at the twelfth.
    private static let order = Step(at: at(10), account: near, .sold(3, order: ID(9), heardAt: at(12)))
    /// Another order, of before the set that shows two took effect; it was heard of after the set had left.
    private static let unheard = Step(at: at(0), account: near, .sold(1, order: ID(7), heardAt: at(2)))
    private static let shown = Step(at: at(1), account: near, .confirmed(2, sentAt: at(0)))

    private func look(_ steps: [Step], _ policy: SellingPolicy = SellingPolicy(.shared)) -> OversellCase {
        OversellCase(order: ID(9), on: Self.near, units: 3, steps: steps + [Self.order], blind: [Self.near], policy: policy)
    }

    @Test func `is told in words that programs know`() {
        let causes: [OversellCase.Cause] = [
            .hubAway, .edited(Self.near), .corrected(units: 2), .overtaken(Self.near), .soldTwice(other: Self.far), .unknown,
        ]
        #expect(causes.map(\.name) == ["hub-away", "edited", "corrected", "overtaken", "sold-twice", "unknown"])
        let remedies: [OversellCase.Remedy] = [.guarded, .limit(1), .buffer(2), .cap(3), .inHub]
        #expect(remedies.map(\.name) == ["guarded", "limit", "buffer", "cap", "in-hub"])
        #expect(remedies.map(\.units) == [nil, 1, 2, 3, nil])
    }

    @Test func `asks for no limit and no cap below nothing`() {
        let found = look([Self.unheard, Self.shown], SellingPolicy(.guarded, limit: 1))
        #expect(found.cause == .overtaken(Self.near) && found.remedies == [.limit(0), .cap(0)])
    }

    @Test func `goes by the newest word on what stood there, whatever else was said of the shop since`() {
        let since = [
            Step(at: Self.at(3), account: Self.near, .failed("busy")), Step(at: Self.at(4), account: Self.near, .cancelled(1, order: ID(4))),
            Step(at: Self.at(5), account: Self.far, .confirmed(9, sentAt: Self.at(5))),
        ]
        #expect(look([Self.unheard, Self.shown] + since).cause == .overtaken(Self.near))
        let seen = Step(at: Self.at(6), account: Self.near, .seen(2))
        #expect(look([Self.unheard, Self.shown, seen]).cause == .unknown, "it was seen to stand there: no set gave it back")
    }

    @Test func `counts from when a set left, or, where that was not kept, from when it was confirmed`() {
        let lost = Step(at: Self.at(3), .stock(-3, reason: "lost"))
        func sent(_ moment: Instant?) -> Step { Step(at: Self.at(4), account: Self.near, .confirmed(2, sentAt: moment)) }
        #expect(look([lost, sent(Self.at(2))]).cause == .corrected(units: 3), "the set did not know of the loss")
        #expect(look([lost, sent(nil)]).cause == .unknown)
    }
}

@Suite struct `An oversell that a shop was edited into` {
    @Test func `is one only as long as a cancellation between the two looks does not explain it`() {
        let near = ID<AccountKind>(1)
        func at(_ minute: Int64) -> Instant { Rooms.morning + .minutes(minute) }
        func cause(cancelledAt minute: Int64) -> OversellCase.Cause {
            let steps = [
                OversellCase.Step(at: at(1), account: near, .seen(2)), OversellCase.Step(at: at(5), account: near, .seen(7)),
                OversellCase.Step(at: at(minute), account: near, .cancelled(5, order: ID(3))),
                OversellCase.Step(at: at(10), account: near, .sold(1, order: ID(9), heardAt: at(12))),
            ]
            return OversellCase(order: ID(9), on: near, units: 1, steps: steps, blind: [], policy: SellingPolicy(.shared)).cause
        }
        #expect(cause(cancelledAt: 3) == .unknown)
        #expect(cause(cancelledAt: 0) == .edited(near), "it was in the first count")
        #expect(cause(cancelledAt: 6) == .edited(near), "it came after the second")
    }
}
