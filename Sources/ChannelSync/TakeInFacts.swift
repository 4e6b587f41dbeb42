// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
public import ChannelKit
import Inventory
import JSONText
import Journal
import Orders
public import Storage
public import Vocabulary

/// Takes a channel's facts into the rooms, whichever way they came, in one transaction.
public struct TakeInFacts: Sendable {
    public var account: ID<AccountKind>
    public var profile: ChannelProfile
    public var createsProducts: Bool
    public var facts: [ChannelFact]
    /// `webhook orders/create`, `poll`, `read`.
    public var source: String
    public var at: Instant

    public init(account: ID<AccountKind>, profile: ChannelProfile, createsProducts: Bool, facts: [ChannelFact], source: String, at: Instant) {
        self.account = account
        self.profile = profile
        self.createsProducts = createsProducts
        self.facts = facts
        self.source = source
        self.at = at
    }

    /// Jobs that read single orders again.
    public static func readQueue(of account: ID<AccountKind>) -> String { "channel-read:\(account.number)" }

    public func run(with hub: Hub, in transaction: Transaction) throws {
        var translation = FactTranslation(account: account, source: source)
        var news: [OrderNews] = []
        var listings: [ChannelListing] = []
        for fact in facts {
            switch fact {
            case .order(let order): news.append(try translation.news(order, in: transaction))
            case .refund(let orderID, let refund): news.append(translation.news(of: orderID, refund: refund))
            case .shipment(let orderID, let shipment): news.append(translation.news(of: orderID, shipment: shipment))
            case .orderDeleted(let orderID): news.append(translation.newsOfDeletion(orderID))
            case .orderChanged(let orderID): try readAgain(orderID, in: transaction)
            case .listing(let listing): listings.append(listing)
            case .listingDeleted(let variant): try drop(variant, in: transaction)
            case .quantity(let stock, let quantity, let seenAt): try see(quantity, of: stock, at: seenAt, in: transaction)
            case .disconnected:
                try SyncStreamTable.failed(account, .webhooks, problem: "channel.disconnected", at: at, in: transaction)
                try Exceptions.open(
                    kind: "channel-disconnected", key: "channel-disconnected:\(account.number)", account: account,
                    subject: .init("channel", account.number),
                    detail: [:], at: at, in: transaction)
            }
        }
        try takeIn(news, with: hub, in: transaction)
        try takeIn(listings, with: hub, in: transaction)
    }

    private func takeIn(_ news: [OrderNews], with hub: Hub, in transaction: Transaction) throws {
        guard !news.isEmpty else { return }
        let outcomes = try ImportOrders(news: news, actor: "channel:\(account.number) \(source)", at: at).run(with: hub.orders, in: transaction)
        for (piece, outcome) in zip(news, outcomes) {
            switch outcome {
            case .known: continue
            case .early: try readAgain(piece.externalID, in: transaction)
            case .imported, .changed:
                if case .changed(let order) = outcome { try noteGivenBack(order, piece, in: transaction) }
                guard let snapshot = piece.snapshot, profile.abilities.lowersOwnStock, !snapshot.header.isFulfilledByChannel else { continue }
                var isNew = false
                if case .imported = outcome { isNew = true }
                // A change with compare-and-set needs no guess: a wrong belief is refused and read back.
                guard isNew || profile.abilities.quantityWrite != .compareAndSet else { continue }
                try noteSold(snapshot, isNew: isNew, in: transaction)
            }
        }
    }

    /// What the others may show is worked out without it.
    private func drop(_ variantKey: String, in transaction: Transaction) throws {
        let known = try ListingTable.find(account: account, variantKey: variantKey, in: transaction)
        try DropListing(account: account, variantKey: variantKey).run(in: transaction)
        if let known { try turned(known.id, isOffered: false, in: transaction) }
        if let variant = known?.variant { try StockChanges.mark([variant], in: transaction) }
    }

    /// The channel took a listing off sale, or has it on sale again.
    private func turned(_ listing: ID<ListingKind>, isOffered: Bool, in transaction: Transaction) throws {
        guard !isOffered else {
            try ExposureTable.offeredAgain(listing, in: transaction)
            return try PublicationTable.doubted(listing, at: at, in: transaction)
        }
        // By whichever clock is ahead, and so much later that no look at the orders which is under way now reaches that far.
        let known = try SyncStreamTable.find(account, .orders, in: transaction)?.cursor ?? at
        try ExposureTable.withdrawn(listing, by: max(at, known) + .minutes(5), in: transaction)
    }

    /// A channel with blind sets is set anew after every change of an order; the others are asked when units may be back on their shelf.
    private func noteGivenBack(_ order: ID<OrderKind>, _ piece: OrderNews, in transaction: Transaction) throws {
        guard profile.abilities.lowersOwnStock, profile.abilities.quantityWrite.movesByDifference else { return }
        if piece.isDeleted || piece.snapshot?.header.cancelledAt != nil {
            try DoubtShelf(account: account, order: order, at: at).run(in: transaction)
        } else if !piece.refunds.isEmpty {
            try DoubtShelf(account: account, order: order, lines: Set(piece.refunds.flatMap(\.lines).map(\.lineID)), at: at).run(in: transaction)
        }
    }

    /// The channel lowered its own count by what it sold.
    private func noteSold(_ snapshot: OrderNews.Snapshot, isNew: Bool, in transaction: Transaction) throws {
        guard snapshot.header.claimsStock else { return }
        for line in snapshot.lines {
            guard let key = line.variantKey, let listing = try ListingTable.find(account: account, variantKey: key, in: transaction) else { continue }
            let belief: PublicationTable.Belief =
                switch profile.abilities.quantityWrite {
                case .compareAndSet: .follows
                // A wrong belief would not be noticed before the difference was added to what stands there.
                case .delta: isNew ? .followsAfter(snapshot.header.placedAt) : .isGone
                case .blind: .isGone
                }
            try PublicationTable.sold(listing.id, units: line.ordered, belief: belief, at: at, in: transaction)
        }
    }

    private func readAgain(_ orderID: String, in transaction: Transaction) throws {
        // The transaction's next event number makes the key new for each piece of news, and the same for none.
        let turn = try transaction.takeNumbers("order_reads")
        try Jobs.add(
            queue: Self.readQueue(of: account), key: "read:\(account.number):\(orderID):\(turn)", payload: ["order": .string(orderID)], at: at,
            in: transaction)
    }

    private func see(_ quantity: Int, of stock: String, at seenAt: Instant, in transaction: Transaction) throws {
        guard let listing = try ListingTable.find(account: account, stockKey: stock, in: transaction),
            let publication = try PublicationTable.publication(of: listing.id, in: transaction)
        else { return }
        let isUnanswered = publication.sentAt.map { sent in publication.acknowledgedAt.map { $0 < sent } ?? true } ?? false
        let isUnderWay = try isUnanswered || ExposureTable.exposure(of: listing.id, in: transaction).underWay != nil
        let isNewer = publication.stoodAt.map { $0 < seenAt } ?? true
        guard !isUnderWay, isNewer else {
            // What was said before our own set, or in the same second, may have come after it: nobody knows, so it is looked at again.
            if quantity != (isUnderWay ? publication.sent : publication.believed) {
                try PublicationTable.doubted(listing.id, at: at, in: transaction)
            }
            return
        }
        try PublicationTable.suspected(listing.id, quantity: quantity, at: at, in: transaction)
        try PublicationTable.seen(
            listing.id, quantity: quantity, reason: source, mayHaveSold: profile.abilities.lowersOwnStock, stood: seenAt, at: at, in: transaction)
    }

    /// A list of articles shows another count than the hub believes, and no push is owed: somebody changed it there.
    private func compare(_ units: Int, shownBy listing: ID<ListingKind>, in transaction: Transaction) throws {
        guard let publication = try PublicationTable.publication(of: listing, in: transaction), !publication.isDue, publication.problem == nil
        else { return }
        try PublicationTable.suspected(listing, quantity: units, at: at, in: transaction)
        try PublicationTable.seen(
            listing, quantity: units, reason: source, mayHaveSold: profile.abilities.lowersOwnStock, at: at, in: transaction)
    }

    private func takeIn(_ listings: [ChannelListing], with hub: Hub, in transaction: Transaction) throws {
        guard !listings.isEmpty else { return }
        let known = try VariantTable.highestNumber(in: transaction)
        let seen = listings.map { listing in
            SeenListing(
                productKey: listing.key.product, variantKey: listing.key.variant, stockKey: listing.key.stock, sku: listing.sku, title: listing.title,
                gtin: listing.gtin, price: listing.price, options: listing.options.map { .init(name: $0.name, value: $0.value) },
                category: listing.category,
                isActive: listing.isActive,
                isFulfilledByChannel: listing.isFulfilledByChannel, keepsCount: listing.quantity != nil)
        }
        let outcomes = try SeeListings(account: account, seen: seen, createsProducts: createsProducts, at: at).run(in: transaction)
        let home = try LocationTable.all(in: transaction).first?.id
        for (listing, outcome) in zip(listings, outcomes) {
            if let other = outcome.duplicates {
                try Exceptions.open(
                    kind: "duplicate-sku", key: "duplicate-sku:\(outcome.listing)", account: account,
                    subject: .init("listing", outcome.listing.number),
                    detail: ["sku": .optional(listing.sku), "other": .integer(other.number)], at: at, in: transaction)
            }
            if outcome.isTurned, !outcome.isNew {
                try turned(outcome.listing, isOffered: listing.isActive && !listing.isFulfilledByChannel, in: transaction)
            }
            if let units = listing.quantity, !outcome.isNew { try compare(units, shownBy: outcome.listing, in: transaction) }
            guard let variant = outcome.variant else { continue }
            // A product that the hub learns from this shop begins with the stock that the shop shows.
            if variant.number > known, outcome.isMappedNow, let units = listing.quantity, units > 0, let home, !listing.isFulfilledByChannel {
                let opening = ChangeStock(
                    key: "opening:variant:\(variant)", lines: [.init(variant: variant, location: home, units: units)], reason: .opening,
                    note: listing.title,
                    actor: "channel:\(account.number)", at: at)
                _ = try opening.run(with: hub.stock, in: transaction)
            }
            if outcome.isMappedNow {
                try MapOrderLines(account: account, variantKey: listing.key.variant, variant: variant, actor: "channel:\(account.number)", at: at)
                    .run(with: hub.orders, in: transaction)
            }
        }
        let changed = outcomes.filter { $0.isMappedNow || $0.isTurned }
        try StockChanges.mark(Set(changed.compactMap(\.variant)), in: transaction)
        // What was owed when it went is owed when it comes back.
        if !changed.isEmpty { PublicationTable.offersChanged(on: account, in: transaction) }
    }
}
