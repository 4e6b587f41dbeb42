// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension ShopifyConnector {
    /// Orders changed in the window (both ends included, whole seconds), oldest change first, 50 a page. An order whose
    /// lists go on beyond their page is read to its end before it is told. One that cannot be read is told as
    /// `orderChanged`, so that it does not keep its neighbours back.
    public func orders(changedFrom: Instant, to: Instant, _ access: Access) -> Exchange<[ChannelFact]> {
        let last = Instant(seconds: (to + .milliseconds(999)).seconds)
        let query = "updated_at:>='\(Instant(seconds: changedFrom.seconds).iso)' AND updated_at:<='\(last.iso)'"
        return orderPage(query, after: nil)
    }

    private func orderPage(_ query: String, after: String?) -> Exchange<[ChannelFact]> {
        let variables: [(String, JSONValue)] = [("first", 50), ("after", .optional(after)), ("query", .string(query))]
        return call(.orders, variables) { data throws(ChannelFailure) in
            guard let nodes = data["orders"]?["nodes"] else { throw .unreadable(.missing(field: "orders")) }
            var found: [Found] = []
            for node in nodes.elements {
                do throws(Unreadable) { found.append(.draft(try OrderDraft(node))) } catch {
                    guard let id = Fields.optionalID(node["id"]) else { throw .unreadable(error) }
                    found.append(.unreadable(id))
                }
            }
            let next = OrderDraft.rest(of: data["orders"]).map { self.orderPage(query, after: $0) }
            return try self.tell(found[...], next: next)
        }
    }

    /// An order of a page.
    private enum Found: Sendable {
        case draft(OrderDraft)
        case unreadable(String)
    }

    /// Tells the orders in their sequence, stopping to fill the gaps of one that is not complete.
    private func tell(_ found: ArraySlice<Found>, next: Exchange<[ChannelFact]>?) throws(ChannelFailure) -> Reply<
        [ChannelFact]
    > {
        var facts: [ChannelFact] = []
        for (position, one) in zip(found.indices, found) {
            switch one {
            case .unreadable(let id): facts.append(.orderChanged(orderID: id))
            case .draft(let draft) where draft.gaps.isEmpty: facts.append(Self.fact(draft))
            case .draft(let draft):
                let rest = found[(position + 1)...]
                let filled = fill(draft) { complete throws(ChannelFailure) in
                    try self.tell([.draft(complete)] + rest, next: next)
                }
                return facts.isEmpty ? .then(filled) : .page(facts, next: filled)
            }
        }
        guard let next else { return .done(facts) }
        return .page(facts, next: next)
    }

    private static func fact(_ draft: OrderDraft) -> ChannelFact {
        do throws(Unreadable) { return .order(try draft.parts.order()) } catch {
            return .orderChanged(orderID: draft.parts.id)
        }
    }

    /// One order with all its lines. `notFound` when the shop does not have it or the token does not reach it: without
    /// the scope `read_all_orders` that is every order older than 60 days, so it is never told as deleted.
    public func order(_ externalID: String, _ access: Access) -> Exchange<[ChannelFact]> {
        wholeOrder(externalID) { order throws(ChannelFailure) in
            guard let order else { throw .notFound("order \(externalID)") }
            return .done([.order(order)])
        }
    }

    /// Reads an order to the end of all its lists and hands it on; nil when the shop does not have it.
    func wholeOrder<Output: Sendable>(
        _ externalID: String, then next: @escaping @Sendable (ChannelOrder?) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        call(.order, [("id", .string(GlobalID.text(.order, externalID)))]) { data throws(ChannelFailure) in
            guard let order = data["order"] else { throw .unreadable(.missing(field: "order")) }
            guard !order.isNull else { return try next(nil) }
            let draft: OrderDraft
            do throws(Unreadable) { draft = try OrderDraft(order) } catch { throw .unreadable(error) }
            return try self.finish(draft, then: next)
        }
    }

    private func finish<Output: Sendable>(
        _ draft: OrderDraft, then next: @escaping @Sendable (ChannelOrder?) throws(ChannelFailure) -> Reply<Output>
    ) throws(ChannelFailure) -> Reply<Output> {
        guard draft.gaps.isEmpty else {
            return .then(fill(draft) { complete throws(ChannelFailure) in try self.finish(complete, then: next) })
        }
        let order: ChannelOrder
        do throws(Unreadable) { order = try draft.parts.order() } catch { throw .unreadable(error) }
        return try next(order)
    }

    /// Asks for the next page of the draft's first unfinished list.
    private func fill<Output: Sendable>(
        _ draft: OrderDraft, then next: @escaping @Sendable (OrderDraft) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        let gap = draft.gaps.first ?? .lines(after: "")
        let document: GraphQLDocument
        let id: String
        let cursor: String
        switch gap {
        case .lines(let after): (document, id, cursor) = (.orderLines, GlobalID.text(.order, draft.parts.id), after)
        case .refundLines(let refund, let after):
            (document, id, cursor) = (.refundLines, GlobalID.text(.refund, refund), after)
        case .fulfillmentLines(let fulfillment, let after):
            (document, id, cursor) = (.fulfillmentLines, GlobalID.text(.fulfillment, fulfillment), after)
        }
        return call(document, [("id", .string(id)), ("after", .string(cursor))]) { data throws(ChannelFailure) in
            var draft = draft
            if !draft.gaps.isEmpty { draft.gaps.removeFirst() }
            do throws(Unreadable) {
                switch gap {
                case .lines: try draft.add(lines: data["order"]?["lineItems"])
                case .refundLines(let refund, _):
                    try draft.add(refundLines: data["refund"]?["refundLineItems"], to: refund)
                case .fulfillmentLines(let fulfillment, _):
                    try draft.add(fulfillmentLines: data["fulfillment"]?["fulfillmentLineItems"], to: fulfillment)
                }
            } catch { throw .unreadable(error) }
            return try next(draft)
        }
    }
}
