// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// What becomes of an order after it is placed. At most one thing, but for pending payments that are paid later.
enum GiftShopFates {
    /// Pending payments in a million orders: paid later, or given up after three days.
    static let pendingPerMillion = 50_000
    private static let cancelledPerMillion = 30_000
    /// Fifteen in a hundred of all orders; this is the share among those that nothing else happens to.
    private static let returnedPerMillion = 163_000

    static func follow(_ order: ShopOrder, channel: Int, at now: Instant, chance: inout SplitMix64) -> [TradeEvent] {
        func event(after span: Span, _ act: ShopAct) -> TradeEvent {
            TradeEvent(at: now + span, .shop(channel: channel, act))
        }
        guard order.isPaid else {
            guard chance.chance(perMillion: 900_000) else {
                return [event(after: .days(3), .cancel(reference: order.reference))]
            }
            return [event(after: .minutes(Int64(chance.number(in: 10...2_880))), .pay(reference: order.reference))]
        }
        if chance.chance(perMillion: cancelledPerMillion) {
            return [event(after: .minutes(Int64(chance.number(in: 5...180))), .cancel(reference: order.reference))]
        }
        guard chance.chance(perMillion: returnedPerMillion) else { return [] }
        // Soon after as a rule, so that a demo of an hour sees some; two weeks later at the most.
        let share = chance.fraction()
        let minutes = 20 + Int64(share * share * share * share * 20_000)
        return [
            event(
                after: .minutes(minutes),
                .refund(reference: order.reference, lines: givenBack(of: order, chance: &chance)))
        ]
    }

    /// How many units of each line stay with the buyer, or at least never come back to the shelf.
    static func kept(of order: ShopOrder, after fate: [TradeEvent]) -> [Int] {
        var kept = order.lines.map(\.quantity)
        for event in fate {
            guard case .shop(_, let act) = event.kind else { continue }
            switch act {
            case .cancel: kept = kept.map { _ in 0 }
            case .refund(_, let lines): for line in lines where line.restock { kept[line.line] -= line.quantity }
            case .order, .pay, .edit: break
            }
        }
        return kept
    }

    /// A part of the order: one line or a few, some of the units, mostly fit to be sold again.
    private static func givenBack(of order: ShopOrder, chance: inout SplitMix64) -> [ShopRefundLine] {
        let count = min(order.lines.count, chance.element(weighted: [(1, 70), (2, 20), (3, 10)]))
        let positions = order.lines.indices.shuffled(using: &chance).prefix(count).sorted()
        return positions.map { position in
            ShopRefundLine(
                line: position, quantity: chance.number(in: 1...order.lines[position].quantity),
                restock: chance.chance(perMillion: 700_000))
        }
    }
}
