// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// One thing that happens in the business: in a shop, or in the merchant's own stock room and books.
public struct TradeEvent: Hashable, Sendable {
    /// When it happens. The events of a business never go back in time.
    public var at: Instant
    /// What happens.
    public var kind: Kind
    /// When it opens a paper of the merchant's (an invoice, a credit note, a delivery note): how many lines that paper has.
    public var paperLines: Int?

    /// What can happen.
    public enum Kind: Hashable, Sendable {
        /// Somebody does something in the shop of that number (from 0, below `Business.channels`).
        case shop(channel: Int, ShopAct)
        /// The merchant writes something down that no shop knows of.
        case adjust(Adjustment)
    }

    /// Units found, lost or received, or money given back, outside every order.
    public struct Adjustment: Hashable, Sendable {
        /// Why units moved.
        public enum Reason: Hashable, Sendable {
            /// Goods came in.
            case received
            /// Units came back from a buyer without an order to give them back on.
            case returned
            /// Units were lost, damaged or thrown away.
            case writtenOff
            /// Units left for a buyer without an order.
            case sold
        }

        /// The article, as `Business.articles` spells it.
        public var sku: String
        /// Positive: units came in. Negative: units went out.
        public var units: Int
        /// Why.
        public var reason: Reason
        /// What the stock keeper wrote, as it stood; often empty.
        public var note: String
        /// Money given back to a customer, in the business's currency, exact (finer than a penny is possible); negative
        /// when money came in. Nil when no money moved.
        public var credit: Decimal10?
        /// The paper it stands on: an invoice, a goods-received note. Several adjustments may share one.
        public var document: String

        /// An adjustment; without a credit no money moved.
        public init(sku: String, units: Int, reason: Reason, note: String, credit: Decimal10? = nil, document: String) {
            self.sku = sku
            self.units = units
            self.reason = reason
            self.note = note
            self.credit = credit
            self.document = document
        }
    }

    /// Something that happens at that moment. Orders, refunds and adjustments are papers of their own unless `paperLines` is changed.
    public init(at: Instant, _ kind: Kind) {
        self.at = at
        self.kind = kind
        switch kind {
        case .shop(_, .order(let order)): paperLines = order.lines.count
        case .shop(_, .refund(_, let lines)): paperLines = lines.count
        case .shop: paperLines = nil
        case .adjust: paperLines = 1
        }
    }
}
