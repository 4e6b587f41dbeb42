// SPDX-License-Identifier: Apache-2.0

/// The events of a business, made one by one as they are reached. Each iteration begins at the start and is the same.
public struct TradeEvents: Sequence, Sendable {
    private let first: Iterator

    /// Events that are written out; the caller vouches for their order.
    public init(_ events: [TradeEvent]) { first = Iterator(list: events[...]) }

    init(_ events: RetailEvents) { first = Iterator(retail: events) }
    init(_ events: GiftShopEvents) { first = Iterator(giftShop: events) }

    /// A place before the first event.
    public func makeIterator() -> Iterator { first }

    /// A place in the stream of events: a value, so that a copy of it goes on by itself.
    public struct Iterator: IteratorProtocol, Sendable {
        // Optionals, not an enum: they are changed in place, without a copy of what they hold.
        var list: ArraySlice<TradeEvent>?
        var retail: RetailEvents?
        var giftShop: GiftShopEvents?

        /// The next event; nil at the end.
        public mutating func next() -> TradeEvent? {
            if giftShop != nil { return giftShop?.next() }
            if retail != nil { return retail?.next() }
            return list?.popFirst()
        }
    }
}
