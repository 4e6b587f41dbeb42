// SPDX-License-Identifier: Apache-2.0

import Availability
import ChannelSync
import HTTPTypes
import Hummingbird
import JSONText
import Orders
import Storage
import Vocabulary

/// The pages' verbs for programs. An `Idempotency-Key` makes asking twice one act.
struct ActingAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .post("/api/v1/orders/{order}/shipments", .program) { try await ship($0) },
            .post("/api/v1/orders/{order}/cancellation", .program) { try await cancel($0) },
            .post("/api/v1/orders/{order}/refunds", .program) { try await refund($0) },
            .post("/api/v1/products/{sku}/policy", .program) { try await setPolicy($0) },
        ]
    }

    private static func key(_ visit: Visit) throws -> String {
        guard let name = HTTPField.Name("Idempotency-Key"), let text = visit.headers[name] else { throw Refusal(.invalid, "api.no-key") }
        return "api:" + (try OrderForms.key(Fields(["key": text])))
    }

    private static func json(_ visit: Visit) throws -> JSON {
        guard let json = try? JSON.parse(visit.body.isEmpty ? Array("{}".utf8) : visit.body, limits: .init(bytes: Gate.bodyBytesMax, depth: 8)),
            json.kind == .object
        else {
            throw Refusal(.invalid, "api.bad-json")
        }
        return json
    }

    /// 201 when it was done now, 200 when it had been done before; either way with the order as it stands.
    private func answer(_ id: ID<OrderKind>, _ done: Done) async throws -> Response {
        Reply.json(try await ReadingAPI.order(id, desk), status: done == .now ? .created : .ok)
    }

    private static func units(_ json: JSON) throws -> [Int: JSON] {
        var lines: [Int: JSON] = [:]
        guard let list = json["lines"] else { return lines }
        for line in list.elements {
            guard let position = line["position"]?.integer, let units = line["units"]?.integer, Quantity(units) != nil, lines[position] == nil,
                lines.count < 1000
            else {
                throw Refusal(.invalid, "api.bad-lines")
            }
            lines[position] = line
        }
        return lines
    }

    private func ship(_ visit: Visit) async throws -> Response {
        let id: ID<OrderKind> = try visit.id("order")
        let key = try Self.key(visit)
        let json = try Self.json(visit)
        let units = json["lines"] == nil ? nil : try Self.units(json).mapValues { $0["units"]?.integer ?? 0 }
        var fields = Fields()
        if let tracking = json["tracking"] {
            fields = Fields([
                "carrier": tracking["carrier"]?.string ?? "", "number": tracking["number"]?.string ?? "", "link": tracking["url"]?.string ?? "",
            ])
        }
        let tracking = try OrderForms.tracking(fields)
        let orders = desk.hub.orders
        let done = try await desk.hub.store.write { transaction in
            try ShipOrder(order: id, units: units, tracking: tracking, key: key, actor: visit.actor, at: visit.now).run(with: orders, in: transaction)
        }
        return try await answer(id, done)
    }

    private func cancel(_ visit: Visit) async throws -> Response {
        let id: ID<OrderKind> = try visit.id("order")
        _ = try Self.key(visit)
        let orders = desk.hub.orders
        let done = try await desk.hub.store.write { try CancelOrder(order: id, actor: visit.actor, at: visit.now).run(with: orders, in: $0) }
        return try await answer(id, done)
    }

    /// Setting it twice is setting it once: no key is asked for.
    private func setPolicy(_ visit: Visit) async throws -> Response {
        guard let sku = SKU(visit.parameters["sku"] ?? "") else { throw Refusal(.notFound, "product.unknown", ["sku": ""]) }
        let asked = try Self.policy(try Self.json(visit))
        try await desk.hub.store.write { try asked.run(of: sku, in: $0) }
        return Reply.json(try await ReadingAPI.product(visit, desk))
    }

    private static func policy(_ json: JSON) throws -> PolicyAsked {
        let name = json["kind"]?.string ?? ""
        let kind = SellingPolicy.Kind(rawValue: name)
        guard kind != nil || name == PolicyView.asAll else { throw Refusal(.invalid, "policy.kind") }
        let limit = json["limit"].flatMap { $0.isNull ? nil : $0 }
        guard limit.map({ $0.integer != nil }) ?? true else { throw Refusal(.invalid, "policy.limit") }
        var allocations: [ID<AccountKind>: Int] = [:]
        for allocation in json["allocations"].map({ Array($0.elements.prefix(1_000)) }) ?? [] {
            guard let number = allocation["account"]?.integer, number > 0, let units = allocation["units"]?.integer,
                allocations.updateValue(units, forKey: ID(Int64(number))) == nil
            else { throw Refusal(.invalid, "policy.allocation") }
        }
        return PolicyAsked(kind, limit: limit?.integer ?? 0, allocations: kind == .fixed ? allocations : [:])
    }

    private func refund(_ visit: Visit) async throws -> Response {
        let id: ID<OrderKind> = try visit.id("order")
        let key = try Self.key(visit)
        let json = try Self.json(visit)
        let lines = try Self.units(json).sorted { $0.key < $1.key }.map { position, line in
            RefundOrder.Line(position: position, units: line["units"]?.integer ?? 0, restock: line["restock"]?.bool ?? false)
        }
        let shipping = Int64(json["shippingMinor"]?.integer ?? 0)
        let orders = desk.hub.orders
        let done = try await desk.hub.store.write { transaction in
            try RefundOrder(order: id, lines: lines, shipping: shipping, key: key, actor: visit.actor, at: visit.now).run(
                with: orders, in: transaction)
        }
        return try await answer(id, done)
    }
}
