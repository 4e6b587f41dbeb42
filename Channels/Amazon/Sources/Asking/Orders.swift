// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
public import Vocabulary

extension AmazonConnector {
    /// Data sets of an order that the hub reads. Buyer and recipient come only to accounts with the roles for them.
    static let orderData = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES"

    /// The orders changed in the window, a hundred to a page, then the refunds posted in it. Pages of orders cost
    /// three minutes of budget each, so windows should be long and few.
    public func orders(changedFrom: Instant, to: Instant, _ access: Access) -> Exchange<[ChannelFact]> {
        // Asking for anything nearer than two minutes is an error at Amazon.
        let end = min(to, access.now - .minutes(2))
        let window = OrderWindow(from: min(changedFrom, end), to: end)
        return orders(window, token: nil, known: [:], access)
    }

    private func orders(_ window: OrderWindow, token: String?, known: [String: [RefundedLine]], _ access: Access)
        -> Exchange<[ChannelFact]>
    {
        var query = [
            ("lastUpdatedAfter", window.from.iso), ("lastUpdatedBefore", window.to.iso), ("marketplaceIds", marketplace),
            ("maxResultsPerPage", "100"), ("includedData", Self.orderData),
        ]
        if let token { query.append(("paginationToken", token)) }
        return call(.searchOrders, .get, "/orders/2026-01-01/orders", query: query, access) {
            root, access throws(ChannelFailure) in
            guard let list = root["orders"], list.kind == .array else { throw .unreadable(.missing(field: "orders")) }
            var facts: [ChannelFact] = []
            var known = known
            for json in list.elements {
                let fact = try fact(of: json)
                if case .order(let order) = fact { known[order.externalID] = RefundedLine.all(of: order) }
                facts.append(fact)
            }
            facts.sort { Self.moment($0) < Self.moment($1) }
            if let next = root["pagination"]?.words("nextToken") {
                return .page(facts, next: orders(window, token: next, known: known, access))
            }
            guard let refunds = refunds(in: window, known: known, access) else { return .done(facts) }
            return .page(facts, next: refunds)
        }
    }

    /// An order that cannot be read does not stop its neighbours: it is named, so that it is read, and set aside, alone.
    private func fact(of json: JSON) throws(ChannelFailure) -> ChannelFact {
        do throws(Unreadable) { return .order(try OrderReader(marketplace: marketplace).order(json)) } catch {
            guard let id = json["orderId"]?.string, !id.isEmpty else { throw .unreadable(error) }
            return .orderChanged(orderID: id)
        }
    }

    private static func moment(_ fact: ChannelFact) -> Instant {
        if case .order(let order) = fact { order.changedAt } else { .distantPast }
    }

    /// One order with the refunds that Amazon's finances show for it, which can be two days behind.
    public func order(_ externalID: String, _ access: Access) -> Exchange<[ChannelFact]> {
        read(externalID, access) { order, access throws(ChannelFailure) in
            .then(
                transactions(of: externalID, access) { refunds throws(ChannelFailure) in
                    var order = order
                    let lines = RefundedLine.all(of: order)
                    order.refunds = refunds.filter { $0.total.currency == order.currency }.map { $0.refund(of: lines) }
                    return .done([.order(order)])
                })
        }
    }

    /// Reads one order and goes on with it.
    func read<Output: Sendable>(
        _ orderID: String, _ access: Access,
        then: @escaping @Sendable (ChannelOrder, Access) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        let path = "/orders/2026-01-01/orders/\(URLText.encode(orderID))"
        return call(.getOrder, .get, path, query: [("includedData", Self.orderData)], access) {
            root, access throws(ChannelFailure) in
            guard let json = root["order"] else { throw .unreadable(.missing(field: "order")) }
            return try then(
                try readable { () throws(Unreadable) in try OrderReader(marketplace: marketplace).order(json) }, access)
        }
    }
}

/// The stretch of time that a poll asks about.
struct OrderWindow: Sendable {
    var from: Instant
    var to: Instant

    /// Where the refunds of the window are looked for. Amazon's finances "might not include orders from the last 48
    /// hours": the first window that reaches into a new day looks two days back, so that a late refund is at most a
    /// day late here too.
    var refundsFrom: Instant {
        let fresh = from + AmazonConnector.profile.abilities.pollOverlap
        let day = Span.days(1).milliseconds
        return fresh < to && fresh.milliseconds / day != to.milliseconds / day ? from - .days(2) : from
    }
}
