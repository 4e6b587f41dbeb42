// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// Takes news of orders into the book: new orders, changes, refunds, shipments, cancellations, each once however often it comes.
///
/// Orders are known by (account, external id), for ever. News of an order that has not been heard of yet, such as a refund
/// that overtook it, is kept and taken in together with the order.
public struct ImportOrders: Sendable {
    public var news: [OrderNews]
    public var actor: String
    public var at: Instant

    public enum Outcome: Hashable, Sendable {
        case imported(ID<OrderKind>)
        case changed(ID<OrderKind>)
        /// Nothing in it was new.
        case known(ID<OrderKind>)
        /// Its order is not here yet: kept until it is.
        case early
    }

    public init(news: [OrderNews], actor: String, at: Instant) {
        self.news = news
        self.actor = actor
        self.at = at
    }

    private struct Key: Hashable {
        var account: ID<AccountKind>
        var externalID: String
    }

    /// What became of each piece of news, in their order.
    public func run(with desk: OrderDesk, in transaction: Transaction) throws -> [Outcome] {
        var order: [Key] = []
        var byKey: [Key: [Int]] = [:]
        for (index, piece) in news.enumerated() {
            let key = Key(account: piece.account, externalID: piece.externalID)
            if byKey[key] == nil { order.append(key) }
            byKey[key, default: []].append(index)
        }
        let known = try OrderTable.numbers(of: order.map { ($0.account, $0.externalID) }, in: transaction)
        var outcomes = [Outcome](repeating: .early, count: news.count)
        var records: [OrderRecord] = []
        let unknown = known.count { $0 == nil }
        var fresh = unknown == 0 ? 0 : try transaction.takeNumbers("orders", count: unknown)
        for (key, number) in zip(order, known) {
            let indexes = byKey[key] ?? []
            if let number {
                guard var record = try OrderReader.record(ID(number), in: transaction) else { continue }
                let isHeard = hear(indexes, into: &record)
                if let told = record.buyer {
                    let kept = try OrderReader.buyer(of: ID(number), in: transaction) ?? OrderBuyer()
                    let whole = told.filled(from: kept)
                    record.buyer = whole == kept ? nil : whole
                }
                let isChanged = isHeard || record.buyer != nil
                for index in indexes { outcomes[index] = isChanged ? .changed(ID(number)) : .known(ID(number)) }
                if isChanged { records.append(record) }
            } else if let snapshot = indexes.lazy.compactMap({ news[$0].snapshot }).first {
                var record = OrderRecord(new: ID(fresh), from: snapshot, account: key.account, externalID: key.externalID, receivedAt: at)
                fresh += 1
                _ = hear(indexes, into: &record)
                for early in try EarlyNews.take(account: key.account, externalID: key.externalID, in: transaction) { _ = record.order.hear(early) }
                for index in indexes { outcomes[index] = .imported(record.order.id) }
                records.append(record)
            } else {
                for index in indexes { try EarlyNews.keep(news[index], at: at, in: transaction) }
            }
        }
        try desk.settle(&records, actor: actor, kind: "order.changed", at: at, in: transaction)
        return outcomes
    }

    private func hear(_ indexes: [Int], into record: inout OrderRecord) -> Bool {
        var isChanged = false
        for index in indexes {
            isChanged = record.order.hear(news[index]) || isChanged
            // A buyer's data can be missing from one message and present in the next (restricted data): more is kept. An older
            // word never takes the place of a newer one.
            guard let told = news[index].snapshot, told.buyer != OrderBuyer() else { continue }
            let header = record.order.header
            let isNewest = (told.header.changedAt, told.header.revision) >= (header.changedAt, header.revision)
            if isNewest || record.buyer == OrderBuyer() { record.buyer = told.buyer.filled(from: record.buyer ?? OrderBuyer()) }
        }
        return isChanged
    }
}
