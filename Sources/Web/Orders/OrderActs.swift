// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelSync
import Hummingbird
import Journal
import Orders
import Storage
import Vocabulary

/// From a form to a verb. Each is one transaction; the form's key makes pressing twice one act.
struct OrderActs: Sendable {
    let desk: Desk

    func ship(_ visit: Visit) async throws -> Done {
        let id: ID<OrderKind> = try visit.id("order")
        let key = try OrderForms.key(visit.form)
        let tracking = try OrderForms.tracking(visit.form)
        let orders = desk.hub.orders
        return try await desk.hub.store.write { transaction in
            let units = visit.form.has("all") ? nil : try OrderForms.units(visit.form, lines: Self.lineCount(id, in: transaction), visit.words)
            return try ShipOrder(order: id, units: units, tracking: tracking, key: key, actor: visit.actor, at: visit.now).run(
                with: orders, in: transaction)
        }
    }

    func cancel(_ visit: Visit) async throws -> Done {
        let id: ID<OrderKind> = try visit.id("order")
        _ = try OrderForms.key(visit.form)
        let orders = desk.hub.orders
        return try await desk.hub.store.write { try CancelOrder(order: id, actor: visit.actor, at: visit.now).run(with: orders, in: $0) }
    }

    func refund(_ visit: Visit) async throws -> Done {
        let id: ID<OrderKind> = try visit.id("order")
        let key = try OrderForms.key(visit.form)
        let orders = desk.hub.orders
        return try await desk.hub.store.write { transaction in
            guard let record = try OrderReader.record(id, in: transaction) else {
                throw Refusal(.notFound, "order.unknown", ["order": id.description])
            }
            let units = try OrderForms.units(visit.form, lines: record.order.lines.count, visit.words)
            let lines = units.sorted { $0.key < $1.key }.map { position, count in
                RefundOrder.Line(position: position, units: count, restock: visit.form.has("restock-\(position)"))
            }
            let shipping = try OrderForms.amount(visit.form["shipping"], record.order.header.currency)
            return try RefundOrder(order: id, lines: lines, shipping: shipping, key: key, actor: visit.actor, at: visit.now).run(
                with: orders, in: transaction)
        }
    }

    func map(_ visit: Visit) async throws -> Done {
        let id: ID<OrderKind> = try visit.id("order")
        guard let position = Int(visit.form["position"]) else { throw HTTPError(.badRequest) }
        guard let sku = SKU(visit.form["sku"]) else { throw Refusal(.invalid, "form.bad-sku") }
        let orders = desk.hub.orders
        return try await desk.hub.store.write { transaction in
            guard let variant = try VariantTable.find(sku: sku, in: transaction) else {
                throw Refusal(.invalid, "form.unknown-sku", ["sku": sku.text])
            }
            return try MapOrderLine(order: id, position: position, variant: variant.id, actor: visit.actor, at: visit.now).run(
                with: orders, in: transaction)
        }
    }

    func replay(_ visit: Visit) async throws -> Done {
        guard let number = visit.parameters["job"].flatMap({ Int64($0) }) else { throw HTTPError(.notFound) }
        return try await desk.hub.store.write { transaction in
            try Exceptions.close(key: "job:\(number)", resolution: "replayed", at: visit.now, in: transaction)
            return try Jobs.replay(number, at: visit.now, in: transaction) ? .now : .before
        }
    }

    private static func lineCount(_ id: ID<OrderKind>, in transaction: Transaction) throws -> Int {
        guard let record = try OrderReader.record(id, in: transaction) else { throw Refusal(.notFound, "order.unknown", ["order": id.description]) }
        return record.order.lines.count
    }
}
