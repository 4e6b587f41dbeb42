// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Orders
import Storage
import Vocabulary

/// What a person does in the hub.
extension ShopStreet {
    @discardableResult
    func ship(_ order: Order, _ units: [Int: Int]? = nil, tracking number: String, key: String) async throws -> Done {
        try await hub.store.write { transaction in
            try ShipOrder(
                order: order.id, units: units, tracking: .init(carrier: "Royal Mail", number: number, url: nil), key: key, actor: "ada",
                at: self.clock.now()
            ).run(with: self.hub.orders, in: transaction)
        }
    }

    @discardableResult
    func cancel(_ order: Order) async throws -> Done {
        try await hub.store.write { try CancelOrder(order: order.id, actor: "ada", at: self.clock.now()).run(with: self.hub.orders, in: $0) }
    }

    @discardableResult
    func refund(_ order: Order, _ lines: [RefundOrder.Line], shipping: Int64 = 0, key: String) async throws -> Done {
        try await hub.store.write {
            try RefundOrder(order: order.id, lines: lines, shipping: shipping, key: key, actor: "ada", at: self.clock.now()).run(
                with: self.hub.orders, in: $0)
        }
    }

    @discardableResult
    func map(_ order: Order, line: Int, to sku: String) async throws -> Done {
        let variant = try await variant(sku)
        return try await hub.store.write {
            try MapOrderLine(order: order.id, position: line, variant: variant, actor: "ada", at: self.clock.now()).run(with: self.hub.orders, in: $0)
        }
    }

    func status(_ shop: Int) async throws -> Order.Status { OrderFold(try await order(shop)).status }
}
