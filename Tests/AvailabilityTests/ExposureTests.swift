// SPDX-License-Identifier: Apache-2.0

import Availability
import Testing
import Vocabulary

/// A channel that sells behind the hub's back: what is true of it, beside what the hub keeps.
private struct Counter {
    struct Order {
        var units: Int
        var placedAt: Instant
        var isHeard = false
        var isCancelled = false
        var isCancelHeard = false
    }
    var exposure = Exposure()
    var shelf: Int
    var orders: [Order] = []
    var now = Instant(milliseconds: 1_000_000_000)
    /// How far the channel's clock is ahead of ours.
    let ahead: Span
    let compares: Bool
    var believed: Int?
    /// How many sales the hub has heard of.
    var heardSales = 0

    init(shelf: Int, ahead: Span, compares: Bool) {
        self.shelf = shelf
        self.ahead = ahead
        self.compares = compares
    }

    /// What the channel may still sell and what it sold unheard, less what was given back unheard.
    var truth: Int {
        orders.reduce(shelf) { sum, order in
            let taken = order.isCancelled ? 0 : order.units
            let heard = !order.isHeard || order.isCancelHeard ? 0 : order.units
            return sum + taken - heard
        }
    }

    mutating func sell(_ units: Int) {
        guard units <= shelf else { return }
        shelf -= units
        orders.append(Order(units: units, placedAt: now + ahead))
    }

    mutating func cancel(_ place: Int) {
        guard !orders[place].isCancelled else { return }
        orders[place].isCancelled = true
        shelf += orders[place].units
    }

    mutating func hear(_ place: Int) {
        let order = orders[place]
        if !order.isHeard {
            exposure.heard(order.units, placedAt: order.placedAt, at: now)
            heardSales += 1
            believed = believed.map { $0 - order.units }
        }
        if order.isCancelled, !order.isCancelHeard {
            exposure.heard(-order.units, placedAt: nil, at: now)
            believed = nil
        }
        orders[place].isHeard = true
        orders[place].isCancelHeard = order.isCancelled
    }

    /// A buyer cancels, and the hub hears of it, while a count is under way; nothing when there is no such order.
    mutating func giveBackUnderWay(_ place: Int) {
        guard place < orders.count else { return }
        cancel(place)
        hear(place)
        now = now + .milliseconds(200)
    }

    enum Fate: CaseIterable { case arrives, answerIsLost, isLost, isRefused }

    mutating func set(_ quantity: Int, _ fate: Fate, between: (inout Counter) -> Void) {
        let expected = compares ? believed ?? 0 : nil
        if compares, believed == nil { return readBack() }
        exposure.sends(quantity, expecting: expected)
        believed = nil
        let sentAt = now
        between(&self)
        let applies = (fate == .arrives || fate == .answerIsLost) && (!compares || shelf == expected)
        if applies { shelf = quantity }
        between(&self)
        switch fate {
        case .arrives where applies:
            exposure.confirmed(quantity, during: sentAt...now, by: now)
            believed = compares ? quantity : nil
        case .arrives, .answerIsLost, .isLost: exposure.lost()
        case .isRefused: exposure.refused()
        }
    }

    mutating func readBack(between: (inout Counter) -> Void = { _ in }) {
        exposure.lost()
        let asked = now
        let read = shelf
        let sold = heardSales
        between(&self)
        exposure.seen(read, during: asked...now, by: now, mayHaveSold: heardSales > sold)
        believed = heardSales > sold || shelf != read ? nil : read
    }

    /// The book knows every order there is, and every one that the channel placed up to a while ago.
    mutating func poll(behind: Span) {
        for place in orders.indices { hear(place) }
        now = now + .milliseconds(500)
        exposure.ordersAreKnown(until: now - .milliseconds(500) - behind, misses: true)
    }
}

@Suite struct `What a channel may still sell unheard` {
    @Test(arguments: [true, false]) func `is never more than is stated, whatever is lost, late, cancelled or set meanwhile`(compares: Bool) {
        for seed in UInt64(1)...3_000 {
            var chance = SplitMix64(seed: seed)
            var counter = Counter(
                shelf: chance.number(in: 0...9), ahead: .milliseconds(Int64(chance.number(in: -9_000...9_000))), compares: compares)
            for step in 0..<80 {
                counter.now = counter.now + .milliseconds(Int64(chance.number(in: 0...20_000)))
                switch chance.number(in: 0...9) {
                case 0...3: counter.sell(chance.number(in: 1...3))
                case 4: if !counter.orders.isEmpty { counter.cancel(chance.number(in: 0...(counter.orders.count - 1))) }
                case 5: if !counter.orders.isEmpty { counter.hear(chance.number(in: 0...(counter.orders.count - 1))) }
                case 6: counter.poll(behind: .seconds(Int64(chance.number(in: 0...30))))
                case 7:
                    let place = chance.number(in: 0...9)
                    counter.readBack { $0.giveBackUnderWay(place) }
                default:
                    let fate = Counter.Fate.allCases[chance.number(in: 0...3)]
                    let sells = chance.number(in: 0...2)
                    let place = chance.number(in: 0...9)
                    counter.set(chance.number(in: 0...9), fate) { counter in
                        counter.sell(sells)
                        counter.giveBackUnderWay(place)
                        counter.now = counter.now + .milliseconds(300)
                    }
                }
                let stated = counter.exposure.units
                #expect(stated.map { counter.truth <= $0 } ?? true, "seed \(seed), step \(step): \(counter.truth) against \(stated ?? -1)")
                if stated.map({ counter.truth > $0 }) ?? false { return }
            }
        }
    }

    @Test func `comes down to what is shown once the orders are known`() {
        let start = Instant(milliseconds: 1_000_000)
        var exposure = Exposure(units: 5)
        exposure.sends(3, expecting: nil)
        #expect(exposure.units == 8, "a blind set may give back what was sold")
        exposure.confirmed(3, during: start...start, by: start)
        exposure.heard(1, placedAt: start + .seconds(60), at: start)
        #expect(exposure.units == 7)
        exposure.ordersAreKnown(until: start + .seconds(5), misses: true)
        #expect(exposure.units == 7, "the clocks may be that far apart")
        exposure.ordersAreKnown(until: start + .seconds(70), misses: true)
        #expect(exposure.units == 2 && exposure.marks.isEmpty)
    }

    @Test func `moves by the difference where a set compares`() {
        let start = Instant(milliseconds: 1_000_000)
        var exposure = Exposure(units: 5)
        exposure.sends(3, expecting: 5)
        #expect(exposure.units == 5, "until it is confirmed")
        exposure.confirmed(3, during: start...start, by: start)
        #expect(exposure.units == 3)
        exposure.sends(7, expecting: 3)
        #expect(exposure.units == 7, "from the moment it leaves")
        exposure.refused()
        #expect(exposure.units == 3)
        exposure.sends(7, expecting: 3)
        exposure.lost()
        #expect(exposure.units == 7, "it may have taken effect")
    }

    @Test func `keeps what was sold before a count and is heard of after it, where a poll may miss an order`() {
        let start = Instant(milliseconds: 1_000_000)
        for misses in [true, false] {
            var exposure = Exposure(units: 9)
            exposure.seen(5, during: start...start, by: start, mayHaveSold: false)
            exposure.ordersAreKnown(until: start + .minutes(1), misses: misses)
            #expect(exposure.units == 5)
            exposure.heard(2, placedAt: start - .minutes(1), at: start)
            #expect(
                exposure.units == (misses ? 5 : 3),
                "it is not in the five that stood there; or it was placed since, whatever the channel's clock says")
            exposure.heard(1, placedAt: start + .minutes(2), at: start)
            #expect(exposure.units == (misses ? 4 : 2))
        }
    }

    @Test func `is not taken for an edit when units were sold and heard of while a set was under way`() {
        let start = Instant(milliseconds: 1_000_000)
        var exposure = Exposure(units: 3)
        exposure.sends(6, expecting: 3)
        exposure.heard(2, placedAt: start, at: start)
        exposure.confirmed(6, during: start...(start + .seconds(1)), by: start + .seconds(1))
        #expect(exposure.units == 4, "two of the six are gone")
        exposure.ordersAreKnown(until: start + .minutes(1), misses: false)
        #expect(exposure.units == 4)
        var edited = Exposure(units: 1)
        edited.sends(6, expecting: 3)
        edited.heard(1, placedAt: start, at: start)
        edited.confirmed(6, during: start...(start + .seconds(1)), by: start + .seconds(1))
        #expect(edited.units == 5, "three stood there, and nobody knew of two of them")
    }

    @Test func `is not known before something was confirmed and its orders are in`() {
        var exposure = Exposure()
        exposure.sends(4, expecting: nil)
        exposure.confirmed(4, during: Instant(milliseconds: 1_000)...Instant(milliseconds: 1_000), by: Instant(milliseconds: 1_000))
        #expect(exposure.units == nil)
        exposure.ordersAreKnown(until: Instant(milliseconds: 60_000), misses: true)
        #expect(exposure.units == 4)
    }

    @Test func `grows by an edit at the channel when no order explains what was read`() {
        let start = Instant(milliseconds: 1_000)
        var edited = Exposure(units: 2)
        edited.seen(9, during: start...start, by: start, mayHaveSold: false)
        #expect(edited.units == 2, "a cancellation may explain it")
        edited.heard(1, placedAt: start + .minutes(1), at: start)
        edited.ordersAreKnown(until: start + .minutes(2), misses: true)
        #expect(edited.units == 8)
        var sold = Exposure(units: 8)
        sold.seen(9, during: start...start, by: start, mayHaveSold: true)
        sold.ordersAreKnown(until: start + .minutes(2), misses: true)
        #expect(sold.units == 8, "one was sold and heard of while the count was on its way")
        var cancelled = Exposure(units: 2)
        cancelled.seen(9, during: start...start, by: start, mayHaveSold: false)
        cancelled.heard(-7, placedAt: nil, at: start)
        cancelled.ordersAreKnown(until: start + .minutes(2), misses: true)
        #expect(cancelled.units == 9)
    }
}
