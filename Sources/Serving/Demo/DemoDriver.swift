// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import Clocks
import ChannelSync
import Foundation
import House
import Inventory
import Journal
import Orders
import Storage
import Trade
import Vocabulary

/// Makes the business happen, event by event, in the twins and in the merchant's own books.
struct DemoDriver: Sendable {
    let business: Business
    let hub: Hub
    let twins: [TwinHost]
    let clock: DemoClock
    let lags: LagMeter
    let untilDone: Bool
    let isDriven: Bool

    /// How far the shops may run ahead of the hub when time is driven.
    private static let webhooksAheadMax = 256
    private static let inboxAheadMax = 2_000
    /// How far driven time may run ahead of a request that is under way: less than the quarter of an hour that signatures are good for.
    private static let slack = Span.minutes(12)

    func run(began: Double) async throws -> DemoReport? {
        try await waitUntilConnected()
        var tally = DemoTally()
        for event in business.events {
            try Task.checkCancellation()
            try await reach(event.at)
            try await happen(event, &tally)
            if isDriven, tally.events.isMultiple(of: 20) { try await holdBack() }
        }
        guard untilDone else {
            try await clock.wait(until: Instant(milliseconds: .max))
            return nil
        }
        let lastEvent = clock.now()
        try await drain(until: lastEvent, placed: tally.placed)
        return try await DemoReport.make(hub: hub, tally: tally, lags: lags, seconds: ProcessInfo.processInfo.systemUptime - began)
    }

    /// The shops are open when their articles are known to the hub and their webhooks are set.
    private func waitUntilConnected() async throws {
        while true {
            let isReady = try await hub.store.read { transaction in
                let accounts = try ChannelAccountTable.all(in: transaction)
                return try accounts.allSatisfy { account in
                    let streams = try SyncStreamTable.all(of: account.id, in: transaction)
                    let listens =
                        ChannelRegistry.connectors.profile(of: account.channel)?.abilities.webhooks == false
                        || streams.contains { $0.name == .webhooks && $0.okAt != nil }
                    return listens && streams.contains { $0.name == .listings && $0.okAt != nil }
                }
            }
            let left = try await hub.store.read { try PublicationTable.dueCounts(in: $0).values.reduce(0, +) + StockChanges.count(in: $0) }
            if isReady, left == 0 { return }
            if isDriven { clock.advance(to: min(clock.now() + .milliseconds(200), max(clock.now(), clock.limit(beyondHolds: Self.slack)))) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func reach(_ moment: Instant) async throws {
        if isDriven {
            let now = clock.now()
            // Time passes in steps, so that whoever waits in between (polls, late messages) gets his turn.
            var next = now
            while next < moment {
                let limit = min(moment, clock.limit(beyondHolds: Self.slack), next + .minutes(30))
                if limit > next {
                    next = limit
                    clock.advance(to: next)
                    await Task.yield()
                } else {
                    try await Task.sleep(for: .microseconds(200))
                }
            }
        } else {
            try await clock.wait(until: moment)
        }
    }

    private func happen(_ event: TradeEvent, _ tally: inout DemoTally) async throws {
        tally.events += 1
        if let lines = event.paperLines {
            tally.papers += 1
            tally.paperLines += lines
        }
        switch event.kind {
        case .shop(let channel, let act):
            let outcome = await twins[channel].perform(act)
            tally.note(act, outcome)
        case .adjust(let adjustment): try await adjust(adjustment, &tally)
        }
    }

    private func adjust(_ adjustment: TradeEvent.Adjustment, _ tally: inout DemoTally) async throws {
        tally.adjustments += 1
        let key = "demo:\(tally.adjustments)"
        let now = clock.now()
        let currency = business.currency
        try await hub.store.write { transaction in
            let sku = SKU(adjustment.sku)
            if adjustment.units != 0, let sku, let variant = try VariantTable.find(sku: sku, in: transaction),
                let home = try LocationTable.all(in: transaction).first?.id
            {
                let reason: ChangeStock.Reason =
                    switch adjustment.reason {
                    case .received: .received
                    case .returned: .returned
                    case .writtenOff: .lost
                    case .sold: .sold
                    }
                let change = ChangeStock(
                    key: key, lines: [.init(variant: variant.id, location: home, units: adjustment.units)], reason: reason,
                    note: "\(adjustment.document) \(adjustment.note)".trimmed, actor: "demo", at: now)
                _ = try change.run(with: hub.stock, in: transaction)
            }
            if let credit = adjustment.credit, let minor = credit.scaled(to: currency.minorDigits), minor != 0 {
                let account = try ChannelAccountTable.all(in: transaction).first?.id ?? ID(1)
                _ = try GiveCredit(
                    key: key, account: account, amount: Money(minor: minor, currency), note: adjustment.document, actor: "demo", at: now
                ).run(with: hub.ledger, in: transaction)
            }
        }
    }

    /// Lets the hub catch up when the shops have run too far ahead.
    private func holdBack() async throws {
        while true {
            var underWay = 0
            for twin in twins { underWay += await twin.underWay }
            let waiting = try await hub.store.read { try Inbox.waiting(in: $0) }
            if underWay < Self.webhooksAheadMax, waiting < Self.inboxAheadMax { return }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// After the last event: time goes on until every poll has looked past it and nothing is left to do.
    private func drain(until lastEvent: Instant, placed: Int) async throws {
        while true {
            var pending = 0
            for twin in twins {
                await twin.depart()
                pending += await twin.underWay
                pending += await twin.late
            }
            let isQuiet = try await hub.store.read { try Backlog.isEmpty(ordersUntil: lastEvent + .minutes(1), in: $0) }
            if isQuiet, pending == 0 { return }
            if isDriven { clock.advance(to: min(clock.now() + .minutes(1), max(clock.now(), clock.limit(beyondHolds: Self.slack)))) }
            try await Task.sleep(for: .milliseconds(isDriven ? 3 : 20))
        }
    }
}

/// What the driver did.
struct DemoTally: Sendable {
    var events = 0
    var papers = 0
    var paperLines = 0
    var placed = 0
    var soldOut = 0
    var refunds = 0
    var cancellations = 0
    var adjustments = 0
    var refused: [String: Int] = [:]

    mutating func note(_ act: ShopAct, _ outcome: ShopOutcome) {
        switch (act, outcome) {
        case (.order, .done): placed += 1
        case (_, .soldOut): soldOut += 1
        case (.refund, .done): refunds += 1
        case (.cancel, .done): cancellations += 1
        case (_, .refused(let why)): refused[why, default: 0] += 1
        case (_, .unknown): refused["unknown", default: 0] += 1
        case (.edit, .done), (.pay, .done): break
        }
    }
}
