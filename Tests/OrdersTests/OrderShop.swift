// SPDX-License-Identifier: Apache-2.0

import Inventory
import Journal
import Orders
import RoomSupport
import Storage
import Vocabulary

/// One shop with mugs and tins on one shelf, and its order book.
struct OrderShop: Sendable {
    let rooms: Rooms
    let main: ID<LocationKind>
    let mug: ID<VariantKind>
    let tin: ID<VariantKind>
    var told: Told { Told(mug: mug, tin: tin) }

    init(_ rooms: Rooms, mugs: Int = 10, tins: Int = 10) async throws {
        self.rooms = rooms
        main = try await rooms.location()
        mug = try await rooms.article("MUG")
        tin = try await rooms.article("TIN")
        try await rooms.receive(mugs, of: mug, at: main, key: "mugs")
        try await rooms.receive(tins, of: tin, at: main, key: "tins")
    }

    @discardableResult
    func hear(_ news: OrderNews...) async throws -> [ImportOrders.Outcome] {
        let desk = rooms.orders
        return try await rooms.store.write { try ImportOrders(news: news, actor: "test", at: Rooms.morning).run(with: desk, in: $0) }
    }

    /// Takes the news of a new order and tells its number.
    func order(_ news: OrderNews...) async throws -> ID<OrderKind> {
        let desk = rooms.orders
        let outcomes = try await rooms.store.write { try ImportOrders(news: news, actor: "test", at: Rooms.morning).run(with: desk, in: $0) }
        guard case .imported(let id) = outcomes[0] else { throw Refusal(.invalid, "test.not-imported") }
        return id
    }

    func ship(_ order: ID<OrderKind>, _ units: [Int: Int]? = nil, key: String = "parcel-1") async throws -> Done {
        let desk = rooms.orders
        let tracking = Shipment.Tracking(carrier: "Royal Mail", number: "RM" + key, url: nil)
        return try await rooms.store.write { transaction in
            try ShipOrder(order: order, units: units, tracking: tracking, key: key, actor: "person:1", at: Rooms.morning).run(
                with: desk, in: transaction)
        }
    }

    func cancel(_ order: ID<OrderKind>) async throws -> Done {
        let desk = rooms.orders
        return try await rooms.store.write { try CancelOrder(order: order, actor: "person:1", at: Rooms.morning).run(with: desk, in: $0) }
    }

    func refund(_ order: ID<OrderKind>, _ lines: [RefundOrder.Line], shipping: Int64 = 0, key: String = "refund-1") async throws -> Done {
        let desk = rooms.orders
        return try await rooms.store.write { transaction in
            try RefundOrder(order: order, lines: lines, shipping: shipping, key: key, actor: "person:1", at: Rooms.morning).run(
                with: desk, in: transaction)
        }
    }

    func record(_ order: ID<OrderKind>) async throws -> OrderRecord? {
        try await rooms.store.read { try OrderReader.record(order, in: $0) }
    }
    func status(_ order: ID<OrderKind>) async throws -> Order.Status? { try await record(order)?.status }
    func mugs() async throws -> [String: Int] { try await rooms.balances(of: mug, at: main) }
    func tins() async throws -> [String: Int] { try await rooms.balances(of: tin, at: main) }
    func exceptions() async throws -> [String] { try await rooms.store.read { try Exceptions.list(in: $0) }.map(\.kind).sorted() }

    /// What the channel is to be told, by the jobs' keys.
    func actions() async throws -> [String] { try await rooms.store.read { try $0.all("SELECT key FROM jobs ORDER BY number") { $0.text(0) } } }

    /// Everything that a repetition must not change, as rows.
    func figures() async throws -> [Int] {
        var figures: [Int] = []
        for table in ["postings", "transfers", "order_refunds", "order_shipments", "jobs", "reservations", "events"] {
            figures.append(try await rooms.count(table))
        }
        return figures
    }
}

/// The refusal that the body ends with; nil when it does not.
func refusal<Value>(_ body: () async throws -> Value) async throws -> Refusal? {
    do {
        _ = try await body()
        return nil
    } catch let refusal as Refusal { return refusal }
}
