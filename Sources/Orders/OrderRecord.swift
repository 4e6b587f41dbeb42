// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// An order with what the ledger already knows of it.
public struct OrderRecord: Sendable {
    /// What has been posted of one line.
    public struct PostedLine: Hashable, Sendable {
        public var shipped = 0
        public var removed = 0
        public var returned = 0
        public var writtenOff = 0
        public init() {}
        init(_ fold: OrderFold.Line) {
            shipped = fold.shipped
            removed = fold.removed
            returned = fold.returned
            writtenOff = fold.writtenOff
        }
    }

    public var order: Order
    public var isNew: Bool
    /// As stored: what the rows held before the news.
    public var stored: Order
    public var postedLines: [PostedLine]
    public var postedMoney: OrderFold.Money
    public var receivedAt: Instant
    /// Nil: nothing new is known of the buyer.
    public var buyer: OrderBuyer?
    public var status: Order.Status?

    /// An order that nobody has heard of before.
    public init(new id: ID<OrderKind>, from snapshot: OrderNews.Snapshot, account: ID<AccountKind>, externalID: String, receivedAt: Instant) {
        order = Order(
            id: id, account: account, externalID: externalID, header: snapshot.header, lines: snapshot.lines, refunds: [], shipments: [],
            hubCancelledAt: nil,
            isDeleted: false)
        stored = order
        stored.lines = []
        isNew = true
        postedLines = []
        postedMoney = OrderFold.Money()
        self.receivedAt = receivedAt
        buyer = snapshot.buyer
        status = nil
    }

    init(stored order: Order, postedLines: [PostedLine], postedMoney: OrderFold.Money, receivedAt: Instant, status: Order.Status) {
        self.order = order
        stored = order
        isNew = false
        self.postedLines = postedLines
        self.postedMoney = postedMoney
        self.receivedAt = receivedAt
        buyer = nil
        self.status = status
    }
}
