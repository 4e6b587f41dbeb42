// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// One thing that happens in the business: in a shop, or in the merchant's own stock room and books.
public struct TradeEvent: Hashable, Sendable {
    /// When it happens. The events of a business never go back in time.
    public var at: Instant
    /// What happens.
    public var kind: Kind

    /// What can happen.
    public enum Kind: Hashable, Sendable {
        /// Somebody does something in the shop of that number (from 0, below `Business.channels`).
        case shop(channel: Int, ShopAct)
        /// The merchant writes something down that no shop knows of.
        case adjust(Adjustment)
    }

    /// Units found, lost or received, or money given back, outside every order.
    public struct Adjustment: Hashable, Sendable {
        /// The article, as `Business.articles` spells it.
        public var sku: String
        /// Positive: units came in. Negative: units went out. 0: it is about money alone.
        public var units: Int
        /// What the stock keeper wrote, as it stood; often empty.
        public var note: String
        /// Money given back to a customer, in the business's currency, exact (finer than a penny is possible); negative
        /// when money came in. Nil when no money moved.
        public var credit: Decimal10?
        /// The paper it stands on: an invoice, a goods-received note. Several adjustments may share one.
        public var document: String

        /// An adjustment; without a credit no money moved.
        public init(sku: String, units: Int, note: String, credit: Decimal10? = nil, document: String) {
            self.sku = sku
            self.units = units
            self.note = note
            self.credit = credit
            self.document = document
        }
    }

    /// Something that happens at that moment.
    public init(at: Instant, _ kind: Kind) {
        self.at = at
        self.kind = kind
    }
}
