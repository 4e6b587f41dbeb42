// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Trade
import Vocabulary

/// Keeps stock and money by the events alone, the simplest way there is.
struct ReplayedBooks {
    private(set) var stock: [String: Int]
    private(set) var unitsSold = 0
    private(set) var unitsRefunded = 0
    private(set) var unitsLost = 0
    private(set) var unitsFound = 0
    private(set) var pence: Int64 = 0
    private(set) var orders: [String: (channel: Int, at: Instant, left: [Int], lines: [ShopOrder.Line], buyer: Buyer)] =
        [:]
    /// What should never happen, in words.
    private(set) var faults: [String] = []
    private(set) var events = 0
    private var last: Instant

    init(_ business: Business) {
        stock = Dictionary(business.articles.map { ($0.sku, $0.quantity) }, uniquingKeysWith: +)
        last = business.start
        for event in business.events { take(event, channels: business.channels) }
    }

    private mutating func take(_ event: TradeEvent, channels: Int) {
        events += 1
        if event.at < last { faults.append("back in time at \(event.at)") }
        last = event.at
        switch event.kind {
        case .shop(let channel, .order(let order)):
            if !(0..<channels).contains(channel) { faults.append("channel \(channel)") }
            place(order, in: channel, at: event.at)
        case .shop(let channel, .refund(let reference, let lines)): refund(reference, lines, in: channel)
        case .shop(_, let act): faults.append("unexpected \(act)")
        case .adjust(let adjustment):
            move(adjustment.sku, adjustment.units)
            if adjustment.reason == .sold { unitsSold -= adjustment.units } else { unitsLost += max(-adjustment.units, 0) }
            unitsFound += max(adjustment.units, 0)
            if let credit = adjustment.credit { pence -= credit.scaled(to: 2) ?? 0 }
        }
    }

    private mutating func place(_ order: ShopOrder, in channel: Int, at now: Instant) {
        if orders[order.reference] != nil { faults.append("\(order.reference) twice") }
        for line in order.lines {
            if line.quantity <= 0 { faults.append("\(order.reference): no units") }
            move(line.sku, -line.quantity)
            unitsSold += line.quantity
            pence += Self.pence(line, line.quantity)
        }
        orders[order.reference] = (channel, now, order.lines.map(\.quantity), order.lines, order.buyer)
    }

    private mutating func refund(_ reference: String, _ lines: [ShopRefundLine], in channel: Int) {
        guard let order = orders[reference], order.channel == channel else {
            faults.append("refund of \(reference), which is not there")
            return
        }
        for line in lines {
            orders[reference]?.left[line.line] -= line.quantity
            if order.left[line.line] < line.quantity || line.quantity <= 0 {
                faults.append("\(reference): refund of \(line)")
            }
            if line.restock { move(order.lines[line.line].sku, line.quantity) }
            unitsRefunded += line.quantity
            pence -= Self.pence(order.lines[line.line], line.quantity)
        }
    }

    private mutating func move(_ sku: String, _ units: Int) {
        guard let left = stock[sku] else {
            faults.append("no article \(sku)")
            return
        }
        stock[sku] = left + units
        if left + units < 0 { faults.append("\(sku) below nothing") }
    }

    static func pence(_ line: ShopOrder.Line, _ units: Int) -> Int64 {
        Decimal10(line.unitPrice)?.multiplied(by: Int64(units))?.scaled(to: 2) ?? 0
    }
}
