// SPDX-License-Identifier: Apache-2.0

public import Catalog
public import Inventory
import JSONText
import Journal
import Ledger
public import Storage
import Vocabulary

/// Settles orders against stock and books and writes everything that follows, in the caller's transaction.
public struct OrderDesk: Sendable {
    public let stock: StockDesk

    public init(_ stock: StockDesk) { self.stock = stock }

    /// What the rules need to know beside the orders themselves.
    public struct Surroundings: Sendable {
        public var service: LocationService
        public var bundles: BundleContents
        public init(in transaction: Transaction) throws {
            service = try LocationTable.service(in: transaction)
            bundles = try VariantTable.bundles(in: transaction)
        }
    }

    /// Carries the records to what is known of them now: stock, money, rows, events and exceptions.
    /// - Parameter act: the key of the job that tells the channel, for what was done here: the channel has yet to put back what is free again.
    func settle(
        _ records: inout [OrderRecord], actor: String, kind: String, act: String? = nil, at now: Instant, in transaction: Transaction
    ) throws {
        guard !records.isEmpty else { return }
        let surroundings = try Surroundings(in: transaction)
        var sheet = try sheet(for: records, surroundings, in: transaction)
        var postings: [Posting] = []
        var events: [Event] = []
        var folds: [OrderFold] = []
        var claims: [ChannelClaim] = []
        for index in records.indices {
            let record = records[index]
            let fold = OrderFold(record.order)
            let locations = surroundings.service.locations(for: record.order.account)
            let settlement = OrderSettlement(record, fold: fold, sheet: &sheet, bundles: surroundings.bundles, locations: locations)
            let cause = Posting.Cause("order", record.order.id.number)
            if !settlement.transfers.isEmpty {
                postings.append(Posting(at: now, cause: cause, actor: actor, verb: settlement.verb, transfers: settlement.transfers))
            }
            postings += refundPostings(record, cause: cause, actor: actor, at: now)
            events.append(event(record, fold, kind: kind, actor: actor, at: now))
            try OrderExceptions.update(record, fold, settlement, at: now, in: transaction)
            records[index].postedLines = fold.lines.map(OrderRecord.PostedLine.init)
            records[index].postedMoney = fold.money
            folds.append(fold)
            claims += settlement.claims
        }
        // Rows first: the ledger's and the shelf's rows point down to them.
        try OrderTable.save(records, folds, in: transaction)
        try stock.ledger.post(postings, in: transaction)
        var promises: [ID<OrderKind>: StockDesk.Promise] = [:]
        for record in records { promises[record.order.id] = .init(at: record.order.header.placedAt, account: record.order.account) }
        try stock.save(
            sheet, new: Set(records.filter(\.isNew).map(\.order.id)), promisedAt: { promises[$0]?.at ?? now },
            account: { promises[$0]?.account }, in: transaction)
        try ChannelClaims.add(claims, in: transaction)
        if let act { try ComingBack.expect(claims, act: act, in: transaction) }
        let freed = postings.flatMap(\.transfers).filter { $0.to.kindNumber == StockAccounts.available.number }.compactMap(\.to.unit.variant)
        if !freed.isEmpty {
            try ServeWaiting(variants: Set(freed), verb: "reserve-on-release", actor: actor, at: now).run(with: stock, in: transaction)
        }
        try EventLog.append(events, in: transaction)
    }

    private func sheet(for records: [OrderRecord], _ surroundings: Surroundings, in transaction: Transaction) throws -> StockSheet {
        var variants: Set<ID<VariantKind>> = []
        for record in records {
            for line in record.order.lines {
                guard let variant = line.variant else { continue }
                for part in surroundings.bundles.shelfUnits(of: variant, units: 1) { variants.insert(part.component) }
            }
        }
        return try stock.sheet(
            variants: variants.sorted(), locations: surroundings.service.locations.map(\.id), holders: records.filter { !$0.isNew }.map(\.order.id),
            in: transaction)
    }

    /// Each refund is posted once; one of which more became known is taken back and posted anew.
    private func refundPostings(_ record: OrderRecord, cause: Posting.Cause, actor: String, at now: Instant) -> [Posting] {
        let order = record.order
        var postings: [Posting] = []
        for (index, refund) in order.refunds.enumerated() {
            let known = index < record.stored.refunds.count ? record.stored.refunds[index] : nil
            let transfers = MoneyAccounts.transfers(of: refund, order.header.currency, order.account)
            let posted = known.map { MoneyAccounts.transfers(of: $0, order.header.currency, order.account) } ?? []
            guard transfers != posted else { continue }
            let undone = posted.map { Transfer(from: $0.to, to: $0.from, amount: $0.amount) }
            postings.append(
                Posting(
                    at: now, cause: cause, actor: actor, verb: "refund", note: refund.externalID ?? refund.key ?? "", transfers: undone + transfers))
        }
        return postings
    }

    private func event(_ record: OrderRecord, _ fold: OrderFold, kind: String, actor: String, at now: Instant) -> Event {
        var detail: [JSONValue.Member] = [.init("status", .string(fold.status.rawValue))]
        if record.isNew { detail.append(.init("reference", .string(record.order.header.reference))) }
        if let old = record.status, old != fold.status { detail.append(.init("was", .string(old.rawValue))) }
        if record.order.header.payment != record.stored.header.payment {
            detail.append(.init("payment", .string(record.order.header.payment.rawValue)))
        }
        let refunds = record.order.refunds.count - record.stored.refunds.count
        let shipments = record.order.shipments.count - record.stored.shipments.count
        if refunds > 0 { detail.append(.init("refunds", .integer(refunds))) }
        if shipments > 0 { detail.append(.init("shipments", .integer(shipments))) }
        return Event(
            at: now, kind: record.isNew ? "order.imported" : kind, subject: .init("order", record.order.id.number), actor: actor,
            detail: .object(detail))
    }
}
