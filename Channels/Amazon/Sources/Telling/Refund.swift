// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// Gives money back by an adjustment feed, after making as sure as Amazon allows that it has not been given yet.
    ///
    /// There is no key to know a repetition by. First the order's transactions are read: a refund of the same money in
    /// the last two days is this one. Transactions show after minutes at best, so a feed of the same kind that is
    /// younger than that is waited for and the transactions are read again. What is left is said in the README.
    func refund(_ refund: ChannelAction.Refund, _ access: Access) -> Exchange<ActionOutcome> {
        look(for: refund, at: access.now, access) { () throws(ChannelFailure) in
            .then(recentFeeds(refund, at: access.now, rounds: 0, access))
        }
    }

    /// How long Amazon takes at the least to show what it has posted.
    private static let unseen = Span.minutes(3)
    /// A refund of the same money within this time is taken for the same refund.
    private static let repeated = Span.days(2)

    private func look(
        for refund: ChannelAction.Refund, at now: Instant, _ access: Access,
        orElse: @escaping @Sendable () throws(ChannelFailure) -> Reply<ActionOutcome>
    ) -> Exchange<ActionOutcome> {
        transactions(of: refund.orderID, access) { found throws(ChannelFailure) in
            let same = found.first { $0.total == refund.total && now - $0.at < Self.repeated }
            if let same { return .done(.alreadyDone(externalID: same.id)) }
            return try orElse()
        }
    }

    private func recentFeeds(_ refund: ChannelAction.Refund, at now: Instant, rounds: Int, _ access: Access) -> Exchange<
        ActionOutcome
    > {
        let query = [("feedTypes", Self.adjustments), ("createdSince", (now - .minutes(15)).iso), ("pageSize", "10")]
        return call(.getFeeds, .get, "/feeds/2021-06-30/feeds", query: query, access) {
            root, access throws(ChannelFailure) in
            var pause: Span?
            for feed in (root["feeds"] ?? root).elements {
                let isOpen = ["IN_QUEUE", "IN_PROGRESS"].contains(feed["processingStatus"]?.string ?? "")
                let since = feed.optionalMoment("processingEndTime") ?? feed.optionalMoment("createdTime") ?? now
                let left = isOpen ? Self.unseen : Self.unseen - (now - since)
                if left.milliseconds > 0 { pause = max(pause ?? left, left) }
            }
            guard let pause, rounds < 5 else { return .then(itemsOf(refund, at: now, access)) }
            let later = now + pause
            return .wait(
                pause,
                then: look(for: refund, at: later, access) { () throws(ChannelFailure) in
                    .then(recentFeeds(refund, at: later, rounds: rounds + 1, access))
                })
        }
    }

    private static let adjustments = "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"

    /// Money that belongs to no line has to stand on one all the same: the order's first.
    private func itemsOf(_ refund: ChannelAction.Refund, at now: Instant, _ access: Access) -> Exchange<ActionOutcome> {
        read(refund.orderID, access) { order, access throws(ChannelFailure) in
            let file = try Self.file(refund, order)
            let feed = Feed(type: Self.adjustments, contentType: FlatFile.contentType, document: file.bytes)
            return .then(
                run(feed, access) { report, access throws(ChannelFailure) in
                    let report = try readable { () throws(Unreadable) in try FlatReport(report) }
                    if report.isGood { return .done(.done(externalID: nil)) }
                    // Amazon refuses to give back more than was paid: then it may have been given back before.
                    let later = now + .minutes(1) + Self.unseen
                    return .wait(
                        Self.unseen,
                        then: look(for: refund, at: later, access) { () throws(ChannelFailure) in
                            throw .refused(report.complaint)
                        })
                })
        }
    }

    private static func file(_ refund: ChannelAction.Refund, _ order: ChannelOrder) throws(ChannelFailure) -> FlatFile {
        let currency = order.currency
        let amounts = refund.lines.flatMap { [$0.net, $0.tax] } + [refund.shipping, refund.total]
        guard amounts.allSatisfy({ $0.currency == currency && $0.minor.magnitude <= UInt64(Amounts.minorMax) }) else {
            throw .refused("a refund of \(order.externalID) has to be in \(currency.code)")
        }
        guard refund.total.minor > 0 else { throw .refused("nothing to give back") }
        guard let first = refund.lines.first?.lineID ?? order.lines.first?.externalID else {
            throw .refused("\(order.externalID) has no lines")
        }
        var file = FlatFile(columns: [
            "order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj", "item-tax-adj",
            "shipping-price-adj",
            "shipping-tax-adj", "gift-wrap-price-adj", "gift-wrap-tax-adj",
        ])
        var rest = refund.total - refund.shipping - refund.lines.reduce(Money.zero(currency)) { $0 + $1.net + $1.tax }
        var shipping = refund.shipping
        let zero = Money.zero(currency)
        let lines =
            refund.lines.isEmpty
            ? [.init(lineID: first, quantity: .zero, restock: false, net: zero, tax: zero)] : refund.lines
        for line in lines {
            let reason = line.restock ? "CustomerReturn" : "GeneralAdjustment"
            let price = line.net + rest
            file.rows.append([
                order.externalID, line.lineID, reason, currency.code, price.decimalText, line.tax.decimalText,
                shipping.decimalText,
                zero.decimalText, zero.decimalText, zero.decimalText,
            ])
            rest = zero
            shipping = zero
        }
        return file
    }
}

extension Span {
    fileprivate static func - (left: Span, right: Span) -> Span {
        Span(milliseconds: left.milliseconds - right.milliseconds)
    }
}
