// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension WooCommerceConnector {
    /// Orders changed in the window, with their refunds.
    ///
    /// `modified_after` and `modified_before` both leave out the very second they name (recordings 344, 345), so the window
    /// is widened by one second at either end. Without `dates_are_gmt` they would be read in the shop's own time zone.
    public func orders(changedFrom: Instant, to: Instant, _ access: Access) -> Exchange<[ChannelFact]> {
        let after = Instant(seconds: changedFrom.seconds - 1)
        let before = Instant(seconds: to.seconds + 1)
        return orderPage(Paging(), after: after.isoLocalSeconds, before: before.isoLocalSeconds, access)
    }

    private func orderPage(_ paging: Paging, after: String, before: String, _ access: Access) -> Exchange<[ChannelFact]> {
        let window = [
            ("modified_after", after), ("modified_before", before), ("dates_are_gmt", "true"), ("orderby", "modified"),
            ("order", "asc"),
        ]
        return shop.list("orders", paging, query: window, access) { rows, next throws(ChannelFailure) in
            let following = next.map { orderPage($0, after: after, before: before, access) }
            return try deliver(rows[...], following: following, access)
        }
    }

    /// The facts of the rows in their order, stopping to ask for the refunds of each order that has some.
    private func deliver(
        _ rows: ArraySlice<JSON>, following: Exchange<[ChannelFact]>?, _ access: Access
    ) throws(ChannelFailure) -> Reply<[ChannelFact]> {
        var facts: [ChannelFact] = []
        var rest = rows
        while let row = rest.popFirst() {
            guard let order = try? OrderReading(row) else {
                let id = try reading { () throws(Unreadable) in try row.identifier("id") }
                facts.append(.orderChanged(orderID: id))
                continue
            }
            guard order.refundCount > 0, order.status != "trash" else {
                facts += self.facts(of: order)
                continue
            }
            let remaining = rest
            let asking: Exchange<[ChannelFact]> = refundList(order.id, access) { refunds throws(ChannelFailure) in
                let first = self.facts(of: order, refunds: refunds)
                switch try deliver(remaining, following: following, access) {
                case .done(let more): return .done(first + more)
                case .page(let more, let next): return .page(first + more, next: next)
                case .then(let next): return .page(first, next: next)
                case .wait(let span, let next): return .wait(span, then: next)
                }
            }
            return facts.isEmpty ? .then(asking) : .page(facts, next: asking)
        }
        return following.map { .page(facts, next: $0) } ?? .done(facts)
    }

    /// One order's facts. An order that cannot be read must not hold up its neighbours: it is named, so that it is read again alone.
    private func facts(of order: OrderReading, refunds: [JSON]? = nil) -> [ChannelFact] {
        if order.status == "trash" { return [.orderDeleted(orderID: order.id)] }
        guard let read = try? order.order(refunds: refunds) else { return [.orderChanged(orderID: order.id)] }
        return [.order(read)]
    }

    /// One order. In the trash or deleted for ever, it is told as deleted.
    public func order(_ externalID: String, _ access: Access) -> Exchange<[ChannelFact]> {
        shop.asking("orders/\(URLText.encode(externalID))", access) { response throws(ChannelFailure) in
            let json: JSON
            do throws(ChannelFailure) { json = try Answer.json(response) } catch {
                guard case .notFound(let why) = error, why.hasPrefix("woocommerce_rest_shop_order_invalid_id") else {
                    throw error
                }
                return .done([.orderDeleted(orderID: externalID)])
            }
            let order = try reading { () throws(Unreadable) in try OrderReading(json) }
            if order.status == "trash" { return .done([.orderDeleted(orderID: order.id)]) }
            if order.refundCount == 0 {
                return .done([.order(try reading { () throws(Unreadable) in try order.order() })])
            }
            return .then(
                refundList(order.id, access) { refunds throws(ChannelFailure) in
                    .done([.order(try reading { () throws(Unreadable) in try order.order(refunds: refunds) })])
                })
        }
    }

    /// All refunds of an order, over as many pages as there are.
    func refundList<Output>(
        _ orderID: String, _ access: Access, _ paging: Paging = Paging(), _ found: [JSON] = [],
        read: @escaping @Sendable ([JSON]) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        shop.list("orders/\(URLText.encode(orderID))/refunds", paging, query: [], access) {
            rows, next throws(ChannelFailure) in
            if let next { return .then(refundList(orderID, access, next, found + rows, read: read)) }
            // A walk that stepped back has met some of them twice.
            var seen: Set<String> = []
            return try read((found + rows).filter { seen.insert($0["id"]?.text ?? "").inserted })
        }
    }
}
