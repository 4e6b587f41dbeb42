// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import ChannelSync
import Inventory
import Journal
import Ledger
import Orders
import Storage
import Vocabulary

/// Why an order's units are not there: one case for each article that it lacks, read from what was confirmed, sold and moved.
struct OversellFacts: Sendable {
    struct Article: Sendable {
        var variant: Variant
        var units: Int
        var found: OversellCase
    }
    var articles: [Article]
    /// Orders' references by their numbers.
    var references: [Int64: String]
    var accounts: [AccountName]

    /// How far before the order the timeline reaches.
    private static let before = Span.days(2)
    /// Articles, and lines of each kind of one article: more nobody reads.
    private static let articlesMax = 5
    private static let linesMax = 60

    /// Nil for an exception that is no oversell, or whose order has its units by now.
    init?(_ exception: OpenException, ledger: LedgerBook, blind: Set<ID<AccountKind>>, in transaction: Transaction) throws {
        guard exception.kind == "oversold", exception.subject.kind == "order",
            let detail = try OrderDetail(ID(exception.subject.number), ledger: ledger, in: transaction), !detail.shortages.isEmpty
        else { return nil }
        accounts = try Desk.accounts(in: transaction)
        references = [:]
        articles = []
        let order = detail.order
        let (start, end) = (order.header.placedAt - Self.before, detail.receivedAt)
        let away = try AbsenceTable.list(from: start, to: end, in: transaction).map { OversellCase.Step(at: $0.beganAt, .away(until: $0.endedAt)) }
        let policies = try SellingPolicyTable.policies(in: transaction)
        let bundles = try VariantTable.bundles(in: transaction)
        let short = Dictionary(grouping: detail.shortages, by: \.variant).sorted { $0.key < $1.key }
        for (component, shortages) in short.prefix(Self.articlesMax) {
            guard let variant = detail.variants[component] else { continue }
            let listed = [component] + (try VariantTable.bundles(with: [component], in: transaction))
            func each(_ variant: ID<VariantKind>) -> Int { bundles.shelfUnits(of: variant, units: 1).first { $0.component == component }?.units ?? 1 }
            var steps = away
            for variant in listed {
                for listing in try ListingTable.listings(of: variant, in: transaction) {
                    steps += try Self.told(of: listing, each: each(variant), from: start, to: end, in: transaction)
                }
            }
            let sales = try ArticleSale.list(of: listed, from: start, to: end, limit: Self.linesMax, in: transaction)
            for sale in sales {
                let units = sale.units * each(sale.variant)
                references[sale.order.number] = sale.reference
                steps.append(.init(at: sale.placedAt, account: sale.account, .sold(units, order: sale.order, heardAt: sale.receivedAt)))
                if let moment = sale.cancelledAt { steps.append(.init(at: moment, account: sale.account, .cancelled(units, order: sale.order))) }
            }
            steps += try Self.moves(of: component, from: start, to: end, ledger, in: transaction)
            let units = shortages.reduce(0) { $0 + $1.units }
            let found = OversellCase(
                order: order.id, on: order.account, units: units, steps: steps, blind: blind,
                policy: try policies.policy(of: component, in: transaction))
            articles.append(Article(variant: variant, units: units, found: found))
        }
    }

    /// What a channel confirmed, showed and did not take.
    private static func told(of listing: Listing, each: Int, from start: Instant, to end: Instant, in transaction: Transaction) throws
        -> [OversellCase.Step]
    {
        try PublicationTable.history(of: listing.id, until: end, limit: linesMax, in: transaction).filter { $0.at >= start }.compactMap { event in
            let units = (event.quantity ?? 0) * each
            let what: OversellCase.Step.What =
                switch event.what {
                case "acknowledged": .confirmed(units, sentAt: event.sentAt)
                case "seen": .seen(units)
                default: .failed(event.reason)
                }
            return OversellCase.Step(at: event.at, account: listing.account, what)
        }
    }

    /// Stock that changed without an order.
    private static func moves(of variant: ID<VariantKind>, from start: Instant, to end: Instant, _ ledger: LedgerBook, in transaction: Transaction)
        throws -> [OversellCase.Step]
    {
        let why = try WhyStock(.onHand, of: variant, at: nil, until: end, limit: 5 * linesMax, ledger: ledger, in: transaction)
        return why.steps.filter { $0.line.cause.kind != "order" && $0.line.at >= start }.suffix(linesMax).map {
            OversellCase.Step(at: $0.line.at, .stock($0.change, reason: $0.line.verb))
        }
    }
}

extension Desk {
    /// Accounts whose channel takes quantities without comparing.
    func blindAccounts(in transaction: Transaction) throws -> Set<ID<AccountKind>> {
        Set(
            try ChannelAccountTable.all(in: transaction).filter { connectors.profile(of: $0.channel)?.abilities.quantityWrite == .blind }.map(\.id))
    }
}
