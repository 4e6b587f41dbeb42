// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

extension TwinShop {
    /// Enters a refund with its lines and puts units back on the shelf where they are restocked. Tells what the lines and
    /// the shipping are worth. Money moves in `pay(back:)`; `finishRefund` ends it.
    mutating func giveBack(
        _ order: Int, _ lines: [(line: Int, quantity: Int, restock: String)], shipping: Int64, note: String?,
        at now: Instant
    ) -> Int64 {
        let id = FirstID.refund + Int64(refundOwner.count)
        refundOwner[id] = (order, orders[order].refunds.count)
        var refund = TwinOrder.Refund(
            id: id, at: Instant(seconds: now.seconds), note: note, lines: [], shipping: shipping, transactions: [])
        for (position, quantity, restock) in lines {
            let line = orders[order].lines[position]
            let subtotal = orders[order].worth(of: quantity, from: line.refunded, line: line, in: currency)
            // Units not restocked are taken from those that have left, as far as there are any.
            let sent =
                restock == "return"
                ? quantity : restock == "cancel" ? 0 : min(quantity, max(0, line.fulfilled - line.returned))
            orders[order].lines[position].refunded += quantity
            orders[order].lines[position].returned += sent
            if restock != "no_restock", let article = line.article { move(article, by: quantity, at: now) }
            refund.lines.append(.init(line: position, quantity: quantity, restock: restock, subtotal: subtotal))
        }
        orders[order].refunds.append(refund)
        return refund.lines.reduce(shipping) { $0 + $1.subtotal }
    }

    /// Pays an amount back to the payments of the order, as part of its latest refund.
    mutating func pay(back amount: Int64, order: Int, at now: Instant) {
        var missing = amount
        for position in orders[order].transactions.indices
        where missing > 0 && !orders[order].transactions[position].isRefund {
            let part = min(missing, left(of: position, in: order))
            guard part > 0 else { continue }
            missing -= part
            pay(back: part, to: position, order: order, at: now)
        }
    }

    mutating func pay(back amount: Int64, to payment: Int, order: Int, at now: Instant) {
        let position = orders[order].transactions.count
        orders[order].transactions.append(
            .init(isRefund: true, amount: amount, parent: payment, at: Instant(seconds: now.seconds)))
        let last = orders[order].refunds.count - 1
        if last >= 0 { orders[order].refunds[last].transactions.append(position) }
    }

    /// What can still go back to a payment.
    func left(of payment: Int, in order: Int) -> Int64 {
        let transactions = orders[order].transactions
        guard payment >= 0, payment < transactions.count, !transactions[payment].isRefund else { return 0 }
        return transactions.reduce(transactions[payment].amount) {
            $0 - ($1.isRefund && $1.parent == payment ? $1.amount : 0)
        }
    }

    mutating func finishRefund(_ order: Int, at now: Instant) {
        touch(order, at: now)
        let refund = orders[order].refunds.count - 1
        guard refund >= 0 else { return }
        let restocked = Set(
            orders[order].refunds[refund].lines.filter { $0.restock != "no_restock" }.compactMap {
                orders[order].lines[$0.line].article
            })
        announce(
            [.refund(order, refund), .orders(order, ["orders/updated"])] + restocked.sorted().map(TwinNews.level),
            at: now)
    }

    /// Cancels a whole order: open units come off it, restocked or not, and the money goes back or not.
    mutating func cancel(_ order: Int, restock: Bool, refund: Bool, reason: String, at now: Instant) {
        guard orders[order].cancelledAt == nil else { return }
        let second = max(now.seconds, changes.last?.at ?? Int64.min)
        orders[order].cancelledAt = Instant(seconds: second)
        orders[order].cancelReason = reason
        var lines: [(line: Int, quantity: Int, restock: String)] = []
        for (position, line) in orders[order].lines.enumerated() where line.open > 0 {
            lines.append((position, line.open, restock ? "cancel" : "no_restock"))
        }
        let articles = Set(lines.compactMap { orders[order].lines[$0.line].article })
        let shipping = refund && orders[order].isPaid ? orders[order].shipping - orders[order].refundedShipping : 0
        if !lines.isEmpty || shipping > 0 {
            _ = giveBack(order, lines, shipping: shipping, note: nil, at: now)
            if refund { pay(back: orders[order].received - orders[order].returned, order: order, at: now) }
        }
        touch(order, at: now)
        var news: [TwinNews] = [.orders(order, ["orders/cancelled", "orders/updated"])]
        if !lines.isEmpty { news.append(.refund(order, orders[order].refunds.count - 1)) }
        if restock { news += articles.sorted().map(TwinNews.level) }
        announce(news, at: now)
    }

    /// Cancellations that the API asked for take effect a moment later.
    mutating func settle(at now: Instant) {
        while let next = pendingCancels.first, next.dueAt <= now {
            pendingCancels.removeFirst()
            finishedJobs.append(next.job)
            if finishedJobs.count > 1000 { finishedJobs.removeFirst(500) }
            cancel(
                next.order, restock: next.restock, refund: next.refund, reason: next.reason.lowercased(), at: next.dueAt
            )
        }
    }
}
