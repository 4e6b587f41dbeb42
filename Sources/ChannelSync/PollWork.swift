// SPDX-License-Identifier: Apache-2.0

import Availability
import ChannelKit
import JSONText
import Journal
import Logging
import Storage
import Vocabulary

/// Asks an account for what happened, in windows that overlap, so that a lost webhook is found; and for its listings.
///
/// The cursor moves only after every page of a window is stored. A window never reaches closer to the present than the channel allows.
struct PollWork: Sendable {
    let hub: Hub
    let account: ChannelAccount
    let line: AccountLine
    let pace: SyncPace
    let log: Logger

    private var profile: ChannelProfile { type(of: line.connector).profile }

    func runOrders() async {
        while !Task.isCancelled {
            let started = hub.clock.now()
            do { try await pollOrders() } catch { await failed(.orders, error) }
            let every = pace.pollEvery ?? profile.abilities.pollEvery
            try? await hub.clock.wait(until: max(started + every, hub.clock.now() + .milliseconds(10)))
        }
    }

    func pollOrders() async throws {
        let abilities = profile.abilities
        let started = hub.clock.now()
        let isTimeKnown = await line.time.ahead != nil
        let cursor = try await hub.store.read { try SyncStreamTable.find(account.id, .orders, in: $0)?.cursor }
        let window = PollWindow(
            cursor: cursor, present: await line.time.least(at: started) - abilities.pollHorizon, isTimeKnown: isTimeKnown,
            overlap: abilities.pollOverlap, firstLook: pace.firstLook)
        // Where the channel tells of the present, what changes while it is asked is asked for too: every order up to its end is in the answer.
        let isCurrent = abilities.pollHorizon == .milliseconds(0)
        try await line.run(for: .orders, { $0.orders(changedFrom: window.from, to: isCurrent ? window.to + .minutes(1) : window.to, $1) }) { facts in
            try await takeIn(facts, source: "poll")
        }
        // By what the answers say of the channel's clock it may have been earlier than was thought: the window did not reach further than its present.
        guard let reached = window.reached(await line.time.least(at: started) - abilities.pollHorizon) else { return try await pollOrders() }
        try await hub.store.write { transaction in
            try SyncStreamTable.succeeded(account.id, .orders, cursor: reached, at: hub.clock.now(), in: transaction)
            // Where the channel does not tell of the present, an order that changed since is missing, and is in the next answer.
            guard let known = isCurrent ? reached : cursor.map({ min($0, reached) }) else { return }
            // An order that is still to be read is not known yet; nor is one that cannot be read and waits for a person.
            guard try Jobs.waiting(queue: TakeInFacts.readQueue(of: account.id), in: transaction) == 0,
                try !Exceptions.isAnyOpen(keysBeginning: unreadKey(""), in: transaction)
            else { return }
            try ExposureTable.ordersAreKnown(of: account.id, until: known, misses: !isCurrent, at: hub.clock.now(), in: transaction)
        }
    }

    func runListings() async {
        while !Task.isCancelled {
            do { try await pollListings() } catch {
                await failed(.listings, error)
                try? await hub.clock.wait(.seconds(30))
                continue
            }
            try? await hub.clock.wait(pace.listingsEvery)
        }
    }

    func pollListings() async throws {
        let started = hub.clock.now()
        let cursor = try await hub.store.read { try SyncStreamTable.find(account.id, .listings, in: $0)?.cursor }
        let since = cursor.map { $0 - .minutes(10) }
        try await line.run(for: .listings, { $0.listings(changedSince: since, $1) }) { listings in
            try await takeIn(listings.map(ChannelFact.listing), source: "poll")
        }
        // By the channel's clock, as for orders.
        let reached = await line.time.least(at: started)
        try await hub.store.write { try SyncStreamTable.succeeded(account.id, .listings, cursor: reached, at: hub.clock.now(), in: $0) }
    }

    /// Makes sure the channel sends its messages here, and mends what it switched off.
    func runSubscriptions(address: String) async {
        while !Task.isCancelled {
            do {
                let access = Access(token: nil, now: hub.clock.now(), nonce: "")
                guard line.connector.subscribe(to: address, access) != nil else { return }
                try await line.run(for: .subscriptions, { connector, access in connector.subscribe(to: address, access) ?? Self.nothing }) { _ in }
                try await hub.store.write { try SyncStreamTable.succeeded(account.id, .webhooks, at: hub.clock.now(), in: $0) }
                try? await hub.clock.wait(pace.subscriptionsEvery)
            } catch {
                await failed(.webhooks, error)
                try? await hub.clock.wait(.seconds(30))
            }
        }
    }

    private static var nothing: Exchange<Void> { Exchange(HTTPRequest(.get, "")) { _ in .done(()) } }

    /// Reads orders again of which a message said too little.
    func runReads() async {
        let queue = TakeInFacts.readQueue(of: account.id)
        while !Task.isCancelled {
            let seen = hub.store.signals.count(of: [Jobs.signal])
            do {
                let now = hub.clock.now()
                let jobs = try await hub.store.write { try Jobs.lease(queue: queue, limit: 20, at: now, until: now + .minutes(2), in: $0) }
                for job in jobs { await read(job) }
                guard jobs.isEmpty else { continue }
                let next = try await hub.store.read { try Jobs.nextDue(queue: queue, in: $0) }
                await hub.store.signals.wait(for: [Jobs.signal], after: seen, until: next, on: hub.clock)
            } catch {
                log.error("orders could not be read again", metadata: ["account": "\(account.name)", "error": "\(error)"])
                try? await hub.clock.wait(.seconds(1))
            }
        }
    }

    private func read(_ job: Job) async {
        let orderID = job.payload["order"]?.string ?? ""
        do {
            try await line.run(for: .order, { $0.order(orderID, $1) }) { facts in
                let work = work(facts, source: "read")
                try await hub.store.write { try work.run(with: hub, in: $0) }
            }
            try await hub.store.write { transaction in
                guard try Jobs.finish(job, in: transaction) else { return }
                try Exceptions.close(key: unreadKey(orderID), resolution: "read", at: hub.clock.now(), in: transaction)
            }
        } catch ChannelFailure.notFound {
            _ = try? await hub.store.write { try Jobs.finish(job, in: $0) }
        } catch ChannelFailure.unreadable(let unreadable) {
            await setAside(job, kind: unreadable.name, why: unreadable.detail)
        } catch  where job.attempts >= Self.readsMax && !StorageFailure.isOfTheMoment(error) {
            await setAside(job, kind: "import-failed", why: "\(error)")
        } catch {
            try? await hub.store.write { transaction in
                try Jobs.retry(job, at: hub.clock.now() + QuantityWork.backOff(job.attempts), reason: "\(error)", in: transaction)
            }
        }
    }

    private static let readsMax = 8

    private func unreadKey(_ orderID: String) -> String { "unread:\(account.id):\(orderID)" }

    /// The order cannot be read: it waits, by name, for a person to replay it. Every poll of its window asks for it again; one job stands for all of them.
    private func setAside(_ job: Job, kind: String, why: String) async {
        let orderID = job.payload["order"]?.string ?? ""
        try? await hub.store.write { transaction in
            if try Exceptions.isOpen(key: unreadKey(orderID), in: transaction) {
                _ = try Jobs.finish(job, in: transaction)
                return
            }
            try Jobs.park(job, reason: why, in: transaction)
            try Exceptions.open(
                kind: kind, key: unreadKey(orderID), account: account.id, subject: .init("job", job.number),
                detail: ["about": .string("order \(orderID)"), "why": .string(String(why.prefix(500)))], at: hub.clock.now(), in: transaction)
        }
    }

    /// Takes a page of a window in. Throws when the store is full or busy: the whole window is asked for again.
    private func takeIn(_ facts: [ChannelFact], source: String) async throws {
        guard !facts.isEmpty else { return }
        let all = work(facts, source: source)
        do { try await hub.store.write { try all.run(with: hub, in: $0) } } catch  where !StorageFailure.isOfTheMoment(error) {
            // One of them is bad: alone, the others pass.
            for fact in facts { try await takeInAlone(fact, source: source) }
        }
    }

    private func takeInAlone(_ fact: ChannelFact, source: String) async throws {
        let alone = work([fact], source: source)
        do { try await hub.store.write { try alone.run(with: hub, in: $0) } } catch  where !StorageFailure.isOfTheMoment(error) {
            log.warning("a fact could not be taken in", metadata: ["account": "\(account.name)", "fact": "\(fact.name)", "error": "\(error)"])
            try await hub.store.write { transaction in
                // What has NUL in its name cannot be kept by it, and no shop is asked for it.
                if let order = fact.orderID, !order.utf8.contains(0) {
                    // The window moves on; the order is read by itself until it is in, or waits by name for a person.
                    try work([.orderChanged(orderID: order)], source: source).run(with: hub, in: transaction)
                } else {
                    try Exceptions.open(
                        kind: "import-failed", key: "import-failed:\(account.id):\(fact.name)", account: account.id,
                        subject: .init("channel", account.id.number),
                        detail: ["about": .string(fact.name), "why": .string(String("\(error)".prefix(500)))], at: hub.clock.now(), in: transaction)
                }
            }
        }
    }

    private func work(_ facts: [ChannelFact], source: String) -> TakeInFacts {
        TakeInFacts(
            account: account.id, profile: profile, createsProducts: account.createsProducts, facts: facts, source: source, at: hub.clock.now())
    }

    private func failed(_ stream: SyncStream.Name, _ error: any Error) async {
        guard !(error is CancellationError), !Task.isCancelled else { return }
        log.notice("a look at the channel failed", metadata: ["account": "\(account.name)", "stream": "\(stream.rawValue)", "error": "\(error)"])
        try? await hub.store.write { try SyncStreamTable.failed(account.id, stream, problem: "\(error)", at: hub.clock.now(), in: $0) }
    }
}

extension ChannelFact {
    /// The order that can be read again to learn the fact anew.
    var orderID: String? {
        switch self {
        case .order(let order): order.externalID
        case .refund(let orderID, _), .shipment(let orderID, _), .orderDeleted(let orderID), .orderChanged(let orderID): orderID
        case .listing, .listingDeleted, .quantity, .disconnected: nil
        }
    }

    /// What the fact is about, for the person who has to look.
    var name: String {
        switch self {
        case .order(let order): "order \(order.externalID)"
        case .refund(let orderID, let refund): "refund \(refund.externalID) of order \(orderID)"
        case .shipment(let orderID, let shipment): "shipment \(shipment.externalID) of order \(orderID)"
        case .orderDeleted(let orderID), .orderChanged(let orderID): "order \(orderID)"
        case .listing(let listing): "listing \(listing.key.variant)"
        case .listingDeleted(let variant): "listing \(variant)"
        case .quantity(let stock, _, _): "quantity \(stock)"
        case .disconnected: "account"
        }
    }
}
