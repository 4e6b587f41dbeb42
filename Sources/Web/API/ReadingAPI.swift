// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelSync
import Hummingbird
import JSONText
import Journal
import Orders
import Storage
import Vocabulary

/// The pages' read models for programs.
struct ReadingAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .get("/api/v1/orders", .program) { try await orders($0) },
            .get("/api/v1/orders/{order}", .program) { visit in
                let id: ID<OrderKind> = try visit.id("order")
                return Reply.json(try await ReadingAPI.order(id, desk))
            },
            .get("/api/v1/products", .program) { try await products($0) },
            .get("/api/v1/products/{sku}", .program) { visit in Reply.json(try await ReadingAPI.product(visit, desk)) },
            .get("/api/v1/exceptions", .program) { try await exceptions($0) },
            .get("/api/v1/exceptions/{number}", .program) { try await exception($0) },
            .get("/api/v1/channels", .program) { try await channels($0) },
            .get("/api/v1/overview", .program) { try await overview($0) },
        ]
    }

    static func limit(_ visit: Visit) -> Int { min(max(Int(visit.query["limit"]) ?? 50, 1), 500) }

    static func order(_ id: ID<OrderKind>, _ desk: Desk) async throws -> JSONValue {
        let ledger = desk.hub.ledger
        let json = try await desk.hub.store.read { try OrderDetail(id, ledger: ledger, in: $0).map(APIText.order) }
        guard let json else { throw Refusal(.notFound, "order.unknown", ["order": id.description]) }
        return json
    }

    private func orders(_ visit: Visit) async throws -> Response {
        let filter = OrderQuery.filter(visit.query, visit.words)
        let page = try await desk.hub.store.read { try OrderList.page(filter, after: visit.query["after"], limit: Self.limit(visit), in: $0) }
        return Reply.json(["orders": .array(page.items.map(APIText.row)), "next": .optional(page.next)])
    }

    private func products(_ visit: Visit) async throws -> Response {
        let after = visit.query["after"]
        let ledger = desk.hub.ledger
        let (rows, next) = try await desk.hub.store.read { transaction in
            let page = try ProductList.page(search: visit.query["q"], after: after.isEmpty ? nil : after, limit: Self.limit(visit), in: transaction)
            return (try StockOverview.rows(of: page.items, ledger: ledger, in: transaction), page.next)
        }
        return Reply.json(["products": .array(rows.map(APIText.product)), "next": .optional(next)])
    }

    static func product(_ visit: Visit, _ desk: Desk) async throws -> JSONValue {
        guard let sku = SKU(visit.parameters["sku"] ?? "") else { throw Refusal(.notFound, "product.unknown", ["sku": ""]) }
        let ledger = desk.hub.ledger
        return APIText.article(try await desk.hub.store.read { try ProductFacts(sku, ledger: ledger, now: visit.now, in: $0) })
    }

    private func exceptions(_ visit: Visit) async throws -> Response {
        let kind = visit.query["kind"]
        let found = try await desk.hub.store.read {
            try Exceptions.list(kind: kind.isEmpty ? nil : kind, limit: Self.limit(visit), in: $0)
        }
        return Reply.json(["exceptions": .array(found.map(APIText.exception))])
    }

    private func exception(_ visit: Visit) async throws -> Response {
        guard let number = visit.parameters["number"].flatMap({ Int64($0) }) else { throw Refusal(.notFound, "exception.unknown") }
        let (desk, ledger) = (desk, desk.hub.ledger)
        let json = try await desk.hub.store.read { transaction -> JSONValue in
            guard let exception = try Exceptions.find(number, in: transaction) else { throw Refusal(.notFound, "exception.unknown") }
            let oversell = try OversellFacts(exception, ledger: ledger, blind: desk.blindAccounts(in: transaction), in: transaction)
            return ["exception": APIText.exception(exception), "oversold": oversell.map(APIText.oversell) ?? .array([])]
        }
        return Reply.json(json)
    }

    private func channels(_ visit: Visit) async throws -> Response {
        let facts = try await desk.hub.store.read { try ChannelFacts.all(now: visit.now, in: $0) }
        return Reply.json(["channels": .array(facts.map(Self.channel))])
    }

    private static func channel(_ facts: ChannelFacts) -> JSONValue {
        let streams = facts.streams.map { stream -> JSONValue in
            [
                "name": .string(stream.name.rawValue), "light": .string(stream.light.rawValue), "okAt": APIText.moment(stream.okAt),
                "problem": .optional(stream.problem),
            ]
        }
        return [
            "number": .integer(facts.account.id.number), "channel": .string(facts.account.channel), "name": .string(facts.account.name),
            "isConnected": .bool(facts.account.isConnected), "listings": .integer(facts.listings), "unmapped": .integer(facts.unmappedCount),
            "pushesOwed": .integer(facts.owed), "worstStalenessMilliseconds": facts.staleness.map { .integer($0.milliseconds) } ?? .null,
            "lagMedianMilliseconds": facts.lag.map { .integer($0.median) } ?? .null,
            "lagWorstMilliseconds": facts.lag.map { .integer($0.worst) } ?? .null, "streams": .array(streams),
        ]
    }

    private func overview(_ visit: Visit) async throws -> Response {
        let period = OverviewFacts.Period(rawValue: visit.query["period"]) ?? .day
        let facts = try await desk.hub.store.read { try OverviewFacts(period, desk: desk, now: visit.now, in: $0) }
        func amounts(_ sums: [Currency: Int64]) -> JSONValue {
            .array(sums.sorted { $0.key.code < $1.key.code }.map { APIText.money(Money(minor: $0.value, $0.key)) })
        }
        let exceptions = JSONValue.object(facts.exceptions.map { JSONValue.Member($0.kind, .integer($0.count)) })
        let slots = facts.slots.map { slot -> JSONValue in
            [
                "account": .integer(slot.account.number), "from": APIText.moment(facts.from + period.width * Int64(slot.index)),
                "orders": .integer(slot.orders),
                "sales": APIText.money(Money(minor: slot.sales, slot.currency)),
            ]
        }
        return Reply.json([
            "from": APIText.moment(facts.from), "to": APIText.moment(facts.to), "orders": .integer(facts.totals.orders),
            "units": .integer(facts.totals.units),
            "sales": amounts(facts.totals.sales), "refunds": amounts(facts.totals.refunds), "exceptions": exceptions, "slots": .array(slots),
        ])
    }
}
