// SPDX-License-Identifier: Apache-2.0

import Inventory
public import Storage
public import Vocabulary

/// The channel has done what it was told: its key of the refund or parcel is kept, so that its own news of it is known for what it is.
public struct AcknowledgeAction: Sendable {
    public var order: ID<OrderKind>
    public var action: OrderAction
    public var key: String
    public var externalID: String?
    public var actor: String
    public var at: Instant

    public init(order: ID<OrderKind>, action: OrderAction, key: String, externalID: String?, actor: String, at: Instant) {
        self.order = order
        self.action = action
        self.key = key
        self.externalID = externalID
        self.actor = actor
        self.at = at
    }

    public func run(with desk: OrderDesk, in transaction: Transaction) throws {
        var record = try OrderAction.record(order, in: transaction)
        if let externalID {
            switch action {
            case .ship: Self.name(&record.order.shipments, key: key, externalID: externalID)
            case .refund: Self.name(&record.order.refunds, key: key, externalID: externalID)
            case .cancel: break
            }
        }
        try ComingBack.arrived(act: action.job(order, key: key), at: at, in: transaction)
        var records = [record]
        try desk.settle(&records, actor: actor, kind: "order.\(action.rawValue)-acknowledged", at: at, in: transaction)
    }

    /// When the channel's own news came first and was not recognised, it stands; ours becomes empty, so that nothing counts twice.
    static func name(_ shipments: inout [Shipment], key: String, externalID: String) {
        guard let mine = shipments.firstIndex(where: { $0.key == key && $0.externalID == nil }) else { return }
        if shipments.contains(where: { $0.externalID == externalID }) {
            shipments[mine].isCancelled = true
        } else {
            shipments[mine].externalID = externalID
        }
    }

    static func name(_ refunds: inout [Refund], key: String, externalID: String) {
        guard let mine = refunds.firstIndex(where: { $0.key == key && $0.externalID == nil }) else { return }
        guard refunds.contains(where: { $0.externalID == externalID }) else {
            refunds[mine].externalID = externalID
            return
        }
        refunds[mine].lines = []
        refunds[mine].total = 0
        refunds[mine].shipping = 0
        refunds[mine].shippingTax = 0
    }
}
