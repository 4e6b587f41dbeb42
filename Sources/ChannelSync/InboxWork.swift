// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Journal
import Logging
import Storage
import Vocabulary

/// Works through stored messages at the hub's own pace: read, translate, take in, many in one commit.
///
/// A message that cannot be read is parked with its reason and never stops its neighbours. One whose handling kills the
/// process is found by its attempts, handled alone, and parked at the third.
struct InboxWork: Sendable {
    let hub: Hub
    let connectors: Connectors
    let log: Logger

    static let batchMax = 100
    static let attemptsMax = 3

    private struct Reading: Sendable {
        var message: InboxMessage
        var account: ChannelAccount
        var profile: ChannelProfile
        var facts: [ChannelFact]
    }

    /// The accounts and their connectors as they were when accounts changed last.
    private struct Doors {
        var changes: UInt64?
        var accounts: [ID<AccountKind>: ChannelAccount] = [:]
        var connectors: [ID<AccountKind>: any Channel] = [:]
    }

    func run() async {
        var doors = Doors()
        // How often a message was begun and the store, not the message, was to blame. Only in memory: nothing can be noted on a full disk.
        var excused: [Int64: Int] = [:]
        while !Task.isCancelled {
            let seen = hub.store.signals.count(of: [Inbox.signal])
            do {
                if try await step(&excused, &doors) < Self.batchMax { await hub.store.signals.wait(for: [Inbox.signal], after: seen) }
            } catch {
                log.error("the inbox could not be worked through", metadata: ["error": "\(error)"])
                try? await hub.clock.wait(.seconds(1))
            }
        }
    }

    /// Handles one batch and tells how many messages it held.
    private func step(_ excused: inout [Int64: Int], _ doors: inout Doors) async throws -> Int {
        let messages = try await hub.store.write { try Inbox.begin(limit: Self.batchMax, in: $0) }
        guard !messages.isEmpty else { return 0 }
        excused = excused.filter { entry in messages.contains { $0.number == entry.key } }
        do {
            try await handle(
                messages.map { message in
                    var message = message
                    message.attempts -= excused[message.number] ?? 0
                    return message
                }, &doors)
            for message in messages { excused[message.number] = nil }
        } catch {
            for message in messages { excused[message.number, default: 0] += 1 }
            throw error
        }
        return messages.count
    }

    /// Another process may have added an account without a signal here: its first message tells.
    private func renew(_ doors: inout Doors, for messages: [InboxMessage]) async throws {
        let changes = hub.store.signals.count(of: [ChannelAccountTable.signal])
        guard doors.changes != changes || messages.contains(where: { doors.accounts[$0.account] == nil }) else { return }
        let accounts = try await hub.store.read { try ChannelAccountTable.all(in: $0) }
        doors = Doors(changes: changes, accounts: Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0) }))
    }

    private func handle(_ messages: [InboxMessage], _ doors: inout Doors) async throws {
        try await renew(&doors, for: messages)
        var readings: [Reading] = []
        var suspects: [Reading] = []
        for message in messages {
            guard let account = doors.accounts[message.account] else {
                try await park(message, kind: "unknown-account", why: "", account: nil)
                continue
            }
            guard message.attempts < Self.attemptsMax else {
                try await park(message, kind: "handling-died", why: "\(message.attempts)", account: account.id)
                continue
            }
            do {
                let connector = try doors.connectors[account.id] ?? connectors.connect(account.channel, account.settings)
                doors.connectors[account.id] = connector
                let facts = try connector.facts(topic: message.topic, body: message.body)
                let reading = Reading(message: message, account: account, profile: type(of: connector).profile, facts: facts)
                if message.attempts > 0 { suspects.append(reading) } else { readings.append(reading) }
            } catch let unreadable as Unreadable {
                try await park(message, kind: unreadable.name, why: unreadable.detail, account: account.id)
            } catch let refusal as Refusal {
                // Settings that cannot be used are one account's trouble: its messages wait for a person, the others go on.
                try await park(message, kind: "account-settings", why: "\(refusal)", account: account.id)
            }
        }
        try await takeIn(readings)
        for suspect in suspects { try await takeIn([suspect]) }
    }

    /// Throws when the store is full or busy: that says nothing of the messages, which wait and are tried again.
    private func takeIn(_ readings: [Reading]) async throws {
        guard !readings.isEmpty else { return }
        do {
            try await hub.store.write { transaction in
                let now = hub.clock.now()
                for group in Self.groups(of: readings) { try takeIn(group, at: now, in: transaction) }
                try Inbox.finish(readings.map(\.message.number), in: transaction)
                for account in Set(readings.map(\.account.id)).sorted() {
                    try SyncStreamTable.succeeded(account, .webhooks, at: now, in: transaction)
                }
            }
        } catch  where !StorageFailure.isOfTheMoment(error) {
            // One of them is bad: alone, the others pass.
            if readings.count > 1 {
                for reading in readings { try await takeIn([reading]) }
            } else if let only = readings.first {
                log.warning("a message could not be taken in", metadata: ["message": "\(only.message.number)", "error": "\(error)"])
                try? await park(only.message, kind: "import-failed", why: "\(error)", account: only.account.id)
            }
        }
    }

    /// Messages of one account and topic are taken in together, as a list: in which order news come makes no difference.
    private static func groups(of readings: [Reading]) -> [[Reading]] {
        var places: [String: Int] = [:]
        var groups: [[Reading]] = []
        for reading in readings {
            let name = "\(reading.account.id) \(reading.message.topic)"
            if let place = places[name] {
                groups[place].append(reading)
            } else {
                places[name] = groups.count
                groups.append([reading])
            }
        }
        return groups
    }

    private func takeIn(_ group: [Reading], at now: Instant, in transaction: Transaction) throws {
        let first = group[0]
        try TakeInFacts(
            account: first.account.id, profile: first.profile, createsProducts: first.account.createsProducts, facts: group.flatMap(\.facts),
            source: "webhook \(first.message.topic)", at: now
        ).run(with: hub, in: transaction)
    }

    private func park(_ message: InboxMessage, kind: String, why: String, account: ID<AccountKind>?) async throws {
        try await hub.store.write { transaction in
            try Inbox.park(message.number, in: transaction)
            try Exceptions.open(
                kind: kind, key: "inbox:\(message.number)", account: account, subject: .init("inbox", message.number),
                detail: ["topic": .string(message.topic), "why": .string(String(why.prefix(500)))], at: hub.clock.now(), in: transaction)
        }
    }
}
