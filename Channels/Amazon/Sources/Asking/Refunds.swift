// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// The refunds of merchant-shipped orders posted in the window: one call for up to 500 transactions, and one for
    /// each refunded order that the same poll has not shown, because Amazon names articles there, not lines.
    /// Nil for a window that ends before it begins.
    func refunds(in window: OrderWindow, known: [String: [RefundedLine]], _ access: Access) -> Exchange<[ChannelFact]>? {
        // "More than two minutes before the request", so a second more than orders need.
        let end = min(window.to, access.now - .minutes(2) - .seconds(1))
        // Orders are shown for two years: what was given back before them has no order here.
        let from = max(window.refundsFrom, end - .days(730))
        guard from < end else { return nil }
        return refunds(from: from, to: end, token: nil, known: known, access)
    }

    /// Amazon answers a longer window with nothing at all.
    private static let windowMax = Span.days(179)

    private func refunds(
        from: Instant, to: Instant, token: String?, known: [String: [RefundedLine]], _ access: Access
    ) -> Exchange<[ChannelFact]> {
        let end = min(to, from + Self.windowMax)
        var query = [("postedAfter", from.iso), ("postedBefore", end.iso)]
        if let token { query.append(("nextToken", token)) }
        return call(.listTransactions, .get, "/finances/2024-06-19/transactions", query: query, access) {
            root, access throws(ChannelFailure) in
            let payload = root["payload"]
            var found: [AmazonRefund] = []
            var facts: [ChannelFact] = []
            for json in (payload?["transactions"] ?? root).elements {
                do throws(Unreadable) {
                    if let refund = try AmazonRefund(json), !found.contains(where: { $0.id == refund.id }) {
                        found.append(refund)
                    }
                } catch {
                    // The order is named, so that reading it alone shows what is wrong; the other refunds go on.
                    guard let order = AmazonRefund.related(json, "ORDER_ID") else { throw .unreadable(error) }
                    facts.append(.orderChanged(orderID: order))
                }
            }
            var after: Exchange<[ChannelFact]>?
            if let next = payload?.words("nextToken") {
                after = refunds(from: from, to: to, token: next, known: known, access)
            } else if end < to {
                after = refunds(from: end, to: to, token: nil, known: known, access)
            }
            let (ready, waiting) = Self.part(found, known)
            return resolve(waiting, told: facts + ready, then: after, access)
        }
    }

    /// Refunds of orders whose lines are known, and the others by their order.
    private static func part(_ refunds: [AmazonRefund], _ known: [String: [RefundedLine]]) -> (
        [ChannelFact], [[AmazonRefund]]
    ) {
        var ready: [ChannelFact] = []
        var waiting: [[AmazonRefund]] = []
        var place: [String: Int] = [:]
        for refund in refunds {
            if let lines = known[refund.orderID] {
                ready.append(.refund(orderID: refund.orderID, refund.refund(of: lines)))
            } else if let at = place[refund.orderID] {
                waiting[at].append(refund)
            } else {
                place[refund.orderID] = waiting.count
                waiting.append([refund])
            }
        }
        return (ready, waiting)
    }

    private func resolve(
        _ waiting: [[AmazonRefund]], told: [ChannelFact], then after: Exchange<[ChannelFact]>?, _ access: Access
    ) -> Reply<
        [ChannelFact]
    > {
        guard let refunds = waiting.first, let first = refunds.first else {
            return after.map { told.isEmpty ? .then($0) : .page(told, next: $0) } ?? .done(told)
        }
        let lookup = linesLookup(first.orderID, access) { lines, access in
            let facts = refunds.map { ChannelFact.refund(orderID: $0.orderID, $0.refund(of: lines)) }
            return resolve(Array(waiting.dropFirst()), told: facts, then: after, access)
        }
        return told.isEmpty ? .then(lookup) : .page(told, next: lookup)
    }

    /// The lines of an order that refunds name. Orders older than two years are not shown any more: their refunds come without lines.
    private func linesLookup(
        _ orderID: String, _ access: Access,
        then: @escaping @Sendable ([RefundedLine], Access) -> Reply<[ChannelFact]>
    ) -> Exchange<[ChannelFact]> {
        let path = "/orders/2026-01-01/orders/\(URLText.encode(orderID))"
        return ask(
            .getOrder, .get, path, query: [("includedData", Self.orderData)], access,
            answer: { response throws(ChannelFailure) in
                if response.status == 404 { return then([], access) }
                let root = try AmazonAnswer.json(response, .getOrder)
                guard let json = root["order"], let order = try? OrderReader(marketplace: marketplace).order(json) else {
                    return then([], access)
                }
                return then(RefundedLine.all(of: order), access)
            })
    }

    /// The refunds of one order, gathered over all pages, and what to do with them.
    func transactions<Output: Sendable>(
        of orderID: String, token: String? = nil, found: [AmazonRefund] = [], _ access: Access,
        then: @escaping @Sendable ([AmazonRefund]) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        var query = [("relatedIdentifierName", "ORDER_ID"), ("relatedIdentifierValue", orderID)]
        if let token { query.append(("nextToken", token)) }
        return call(.listTransactions, .get, "/finances/2024-06-19/transactions", query: query, access) {
            root, access throws(ChannelFailure) in
            var found = found
            for json in (root["payload"]?["transactions"] ?? root).elements {
                let refund = try readable { () throws(Unreadable) in try AmazonRefund(json) }
                if let refund, refund.orderID == orderID, !found.contains(where: { $0.id == refund.id }) {
                    found.append(refund)
                }
            }
            if let next = root["payload"]?.words("nextToken") {
                return .then(transactions(of: orderID, token: next, found: found, access, then: then))
            }
            return try then(found)
        }
    }
}
