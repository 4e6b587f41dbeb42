// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import JSONText
import Journal
import Logging
import Storage
import Vocabulary

/// Brings an account's listings to the quantities that the hub wants: newest number only, batched to the channel's limit.
struct QuantityWork: Sendable {
    let hub: Hub
    let account: ChannelAccount
    let line: AccountLine
    let lags: LagMeter
    /// The least time between two rounds of changes; nil: none.
    let pushEvery: Span?
    let log: Logger

    private var signal: String { PublicationTable.signal(of: account.id) }
    /// A push rests on what is believed to stand there.
    private var compares: Bool { abilities.quantityWrite.movesByDifference }
    private var abilities: Abilities { type(of: line.connector).profile.abilities }

    func run() async {
        while !Task.isCancelled {
            let seen = hub.store.signals.count(of: [signal])
            do {
                var isSent = false
                while let opens = await line.restsUntil { try await hub.clock.wait(until: opens) }
                while try await step() > 0 { isSent = true }
                if isSent, let pushEvery { try await gather(until: hub.clock.now() + pushEvery) }
                let next = try await hub.store.read { try PublicationTable.nextDue(account: account.id, at: hub.clock.now(), in: $0) }
                await hub.store.signals.wait(for: [signal], after: seen, until: next, on: hub.clock)
            } catch is CancellationError {
                return
            } catch {
                log.error("quantities could not be pushed", metadata: ["account": "\(account.name)", "error": "\(error)"])
                try? await hub.clock.wait(.seconds(1))
            }
        }
    }

    /// Lets changes gather, so that one push carries them all. A listing that shows nothing of ours yet is not kept waiting.
    private func gather(until end: Instant) async throws {
        while hub.clock.now() < end {
            let seen = hub.store.signals.count(of: [signal])
            if try await hub.store.read({ try PublicationTable.isFirstOwed(account: account.id, at: hub.clock.now(), in: $0) }) { return }
            await hub.store.signals.wait(for: [signal], after: seen, until: end, on: hub.clock)
            try Task.checkCancellation()
        }
    }

    /// Sends one batch of what is owed and tells how many it held.
    func step() async throws -> Int {
        let now = hub.clock.now()
        let limit = abilities.quantityBatchMax
        let due = try await hub.store.read { try PublicationTable.due(account: account.id, limit: limit, at: now, in: $0) }
        guard !due.isEmpty else { return 0 }
        if compares || due.contains(where: \.publication.isAsked) {
            let unknown = due.filter { compares && $0.publication.believed == nil || $0.publication.isAsked }
            if !unknown.isEmpty {
                try await readBack(unknown)
                return unknown.count
            }
        }
        try await send(due)
        return due.count
    }

    /// Throws when the store is full or busy: what was sent is owed still, and goes again after a rest.
    private func send(_ owed: [OwedPush]) async throws {
        let started = hub.clock.now()
        var due = owed
        do {
            due = try await hub.store.write { transaction in
                let sets = owed.map { ($0, compares ? $0.publication.believed : nil) }
                let due = try GuardSets(at: started).run(sets, ledger: hub.ledger, in: transaction)
                try PublicationTable.sending(due.map { ($0.publication.listing, $0.publication.wanted) }, at: started, in: transaction)
                return due
            }
            guard !due.isEmpty else { return }
            let pushes = due.map { push in
                QuantityPush(
                    key: Self.key(push), sku: push.sku ?? "", quantity: Quantity(clamping: push.publication.wanted),
                    expected: push.publication.believed)
            }
            let byStock = Dictionary(due.map { (Self.key($0), $0) }, uniquingKeysWith: { first, _ in first })
            try await line.run(
                for: .quantities, repeatsSets: false, { $0.publish(pushes, idempotencyKey: Self.idempotencyKey(pushes, at: started), $1) }
            ) { outcomes in
                let confirmed = outcomes.compactMap { outcome in
                    outcome.result == .acknowledged ? byStock[outcome.key].map { ($0, outcome.quantity.units) } : nil
                }
                // What only confirms a figure anew was not waited for.
                let longest = lags.acknowledged(confirmed.filter { $0.0.publication.acknowledged != $0.1 }.map(\.0.publication.variant))
                let stood = await line.time.most(at: hub.clock.now())
                try await hub.store.write { transaction in
                    let now = hub.clock.now()
                    try acknowledge(confirmed, sentAt: started, stood: stood, at: now, in: transaction)
                    for outcome in outcomes {
                        guard let push = byStock[outcome.key] else { continue }
                        try note(outcome, push, sentAt: started, stood: stood, at: now, in: transaction)
                    }
                    if let longest {
                        try SyncStreamTable.noteLag(account.id, milliseconds: longest, pushes: confirmed.count, at: now, in: transaction)
                    }
                    try SyncStreamTable.succeeded(account.id, .quantities, at: now, in: transaction)
                }
            }
        } catch  where !StorageFailure.isOfTheMoment(error) {
            await failed(due, error)
        }
    }

    /// - Parameter stood: by then, in the channel's time, the figures stood there.
    private func acknowledge(
        _ confirmed: [(push: OwedPush, quantity: Int)], sentAt: Instant, stood: Instant, at now: Instant, in transaction: Transaction
    ) throws {
        let all = confirmed.map {
            PublicationTable.Acknowledgement(listing: $0.push.publication.listing, quantity: $0.quantity, sales: $0.push.publication.sales)
        }
        if abilities.quantityWrite == .delta {
            try added(confirmed, all, stood: stood, at: now, in: transaction)
        } else {
            try PublicationTable.acknowledged(all, stood: stood, at: now, in: transaction)
        }
        for one in all {
            try ExposureTable.confirmed(
                one.listing, quantity: one.quantity, during: sentAt...max(sentAt, now), by: stood, isAdded: abilities.quantityWrite == .delta,
                in: transaction)
        }
        for (push, _) in confirmed where push.publication.failures > 0 || push.publication.problem != nil {
            try Exceptions.close(key: "push-refused:\(push.publication.listing)", resolution: "acknowledged", at: now, in: transaction)
        }
    }

    /// A difference was added to whatever stood there. Where another count came of it than was wanted, the channel sold units that nobody has
    /// heard of, or somebody changed the count: as if it had been read.
    private func added(
        _ confirmed: [(push: OwedPush, quantity: Int)], _ all: [PublicationTable.Acknowledgement], stood: Instant, at now: Instant,
        in transaction: Transaction
    ) throws {
        let asWanted = zip(all, confirmed).map { one, push in
            PublicationTable.Acknowledgement(listing: one.listing, quantity: push.push.publication.wanted, sales: one.sales)
        }
        try PublicationTable.acknowledged(asWanted, stood: stood, at: now, in: transaction)
        for (one, wanted) in zip(all, asWanted) where one.quantity != wanted.quantity {
            try PublicationTable.seen(
                one.listing, quantity: one.quantity, reason: "added", mayHaveSold: abilities.lowersOwnStock, stood: stood, at: now, in: transaction)
        }
    }

    private func note(
        _ outcome: QuantityOutcome, _ push: OwedPush, sentAt: Instant, stood: Instant, at now: Instant, in transaction: Transaction
    ) throws {
        let listing = push.publication.listing
        switch outcome.result {
        case .acknowledged: break
        case .stale(let actual):
            // A set that was repeated under way may be what it finds there itself.
            try ExposureTable.lost(listing, in: transaction)
            // Without the actual figure the belief stays unknown, and the next turn reads it back.
            if let actual {
                try see(listing, actual, during: sentAt...max(sentAt, now), by: stood, in: transaction)
                try PublicationTable.seen(
                    listing, quantity: actual, reason: "stale", mayHaveSold: abilities.lowersOwnStock, stood: stood, at: now, in: transaction)
            } else {
                try PublicationTable.failed(listing, reason: "stale", notBefore: now, at: now, in: transaction)
            }
        case .refused(let why):
            try ExposureTable.refused(listing, in: transaction)
            try PublicationTable.refused(listing, reason: why, at: now, in: transaction)
            try Exceptions.open(
                kind: "push-refused", key: "push-refused:\(listing)", account: account.id, subject: .init("listing", listing.number),
                detail: ["sku": .string(push.sku ?? ""), "why": .string(why)], at: now, in: transaction)
        case .failed(let why):
            try ExposureTable.lost(listing, in: transaction)
            try PublicationTable.failed(listing, reason: why, notBefore: now + Self.backOff(push.publication.failures), at: now, in: transaction)
        }
    }

    private func see(
        _ listing: ID<ListingKind>, _ quantity: Int, during window: ClosedRange<Instant>, by stood: Instant, in transaction: Transaction
    ) throws {
        try ExposureTable.seen(listing, account: account.id, quantity: quantity, during: window, by: stood, compares: compares, in: transaction)
    }

    /// Asks what stands there: after a lost answer, and before the first compare-and-set.
    private func readBack(_ unknown: [OwedPush]) async throws {
        let byStock = Dictionary(unknown.map { ($0.stockKey, $0) }, uniquingKeysWith: { first, _ in first })
        let asked = hub.clock.now()
        do {
            try await line.run(for: .reading, { $0.quantities(of: unknown.map(Self.key), $1) }) { facts in
                let stood = await line.time.most(at: hub.clock.now())
                try await hub.store.write { transaction in
                    let now = hub.clock.now()
                    for fact in facts {
                        guard case .quantity(let stock, let quantity, _) = fact, let push = byStock[stock] else { continue }
                        // Sets to the account go one after another: none is under way while we read.
                        try ExposureTable.lost(push.publication.listing, in: transaction)
                        try see(push.publication.listing, quantity, during: asked...max(asked, now), by: stood, in: transaction)
                        try PublicationTable.asked(push.publication.listing, in: transaction)
                        try PublicationTable.seen(
                            push.publication.listing, quantity: quantity, reason: "read-back",
                            mayHaveSold: abilities.lowersOwnStock && quantity != push.publication.sent, stood: stood, at: now, in: transaction)
                    }
                }
            }
            try await giveUpMissing(unknown)
        } catch  where !StorageFailure.isOfTheMoment(error) {
            await failed(unknown, error)
        }
    }

    /// What the channel did not answer for cannot be compared: it waits a while and is asked again.
    private func giveUpMissing(_ asked: [OwedPush]) async throws {
        try await hub.store.write { transaction in
            let now = hub.clock.now()
            for push in asked {
                guard let publication = try PublicationTable.publication(of: push.publication.listing, in: transaction), publication.believed == nil,
                    publication.isDue
                else { continue }
                let due = now + max(.seconds(5), Self.backOff(publication.failures))
                try PublicationTable.failed(push.publication.listing, reason: "not-told", notBefore: due, at: now, in: transaction)
            }
        }
    }

    private func failed(_ pushes: [OwedPush], _ error: any Error) async {
        guard !(error is CancellationError) else { return }
        log.notice("a push failed", metadata: ["account": "\(account.name)", "error": "\(error)"])
        try? await hub.store.write { transaction in
            let now = hub.clock.now()
            for push in pushes {
                let due = now + Self.backOff(push.publication.failures)
                try PublicationTable.failed(push.publication.listing, reason: "\(error)", notBefore: due, at: now, in: transaction)
            }
            try SyncStreamTable.failed(account.id, .quantities, problem: "\(error)", at: now, in: transaction)
        }
    }

    private static func key(_ push: OwedPush) -> ListingKey { ListingKey(product: push.productKey, variant: push.variantKey, stock: push.stockKey) }

    /// One second, doubling to a minute.
    static func backOff(_ failures: Int) -> Span { .seconds(min(60, 1 << min(failures, 6))) }

    /// The same for every try of these pushes, and for no others: the moment is in it because the same numbers may be right again later.
    static func idempotencyKey(_ pushes: [QuantityPush], at moment: Instant) -> String {
        var text = "\(moment.milliseconds)"
        for push in pushes { text += "|\(push.key.stock)=\(push.expected ?? 0)>\(push.quantity.units)" }
        return ByteText.hex(Signature.sha256(Array(text.utf8)).prefix(16))
    }
}
