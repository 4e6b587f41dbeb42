// SPDX-License-Identifier: Apache-2.0

import Journal
public import Logging
import Storage
public import Vocabulary

/// Keeps every connected account and the rooms in step. It knows no channel by name: everything it does goes through the kit.
public struct SyncEngine: Sendable {
    public let hub: Hub
    public let connectors: Connectors
    private let transport: any Transport
    private let pace: SyncPace
    /// Where channels reach this hub, without a slash at the end: `https://hub.example`.
    private let publicAddress: String
    private let seed: UInt64
    private let log: Logger
    private let lags: LagMeter

    public init(
        hub: Hub, connectors: Connectors, transport: any Transport, pace: SyncPace, publicAddress: String, seed: UInt64, log: Logger,
        lags: LagMeter? = nil
    ) {
        self.hub = hub
        self.connectors = connectors
        self.transport = transport
        self.pace = pace
        self.publicAddress = publicAddress
        self.seed = seed
        self.log = log
        self.lags = lags ?? LagMeter(clock: hub.clock)
    }

    /// Works until the task is cancelled. Accounts that are added, changed or disconnected are picked up at once.
    public func run() async {
        try? await hub.store.write { transaction in
            let now = hub.clock.now()
            try AbsenceTable.begins(at: now, in: transaction)
            try Jobs.takeOver(at: now, in: transaction)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await InboxWork(hub: hub, connectors: connectors, log: log).run() }
            group.addTask { await AvailabilityWork(hub: hub, lags: lags, log: log).run() }
            group.addTask { await runAccounts() }
        }
    }

    private func runAccounts() async {
        while !Task.isCancelled {
            let seen = hub.store.signals.count(of: [ChannelAccountTable.signal])
            let accounts = (try? await hub.store.read { try ChannelAccountTable.all(in: $0) }) ?? []
            // True ends them all: the accounts are others. An account that cannot be run ends alone.
            await withTaskGroup(of: Bool.self) { group in
                for account in accounts where account.isConnected {
                    group.addTask {
                        await run(account)
                        return false
                    }
                }
                group.addTask {
                    await hub.store.signals.wait(for: [ChannelAccountTable.signal], after: seen)
                    return true
                }
                if let pause = pace.accountsEvery {
                    group.addTask {
                        await announceChange(of: accounts, every: pause)
                        return false
                    }
                }
                for await isOver in group where isOver || Task.isCancelled { break }
                group.cancelAll()
            }
        }
    }

    /// Another process that changes the accounts (`tributary channel add`) signals nobody here: when the database shows others than
    /// these, everybody in this process who waits for accounts or remembers them is told.
    private func announceChange(of accounts: [ChannelAccount], every pause: Span) async {
        while !Task.isCancelled {
            guard (try? await hub.clock.wait(pause)) != nil else { return }
            let now = try? await hub.store.read { try ChannelAccountTable.all(in: $0) }
            guard let now, now != accounts else { continue }
            return hub.store.signals.signal([ChannelAccountTable.signal])
        }
    }

    /// The address that the account's webhooks go to.
    public static func webhookPath(of account: ID<AccountKind>) -> String { "/hooks/\(account.number)" }

    private func run(_ account: ChannelAccount) async {
        do {
            let connector = try connectors.connect(account.channel, account.settings)
            let line = AccountLine(
                connector: connector, transport: transport, clock: hub.clock, seed: seed &+ UInt64(account.id.number),
                channelTellsTime: pace.channelsTellTime)
            let poll = PollWork(hub: hub, account: account, line: line, pace: pace, log: log)
            let address = publicAddress + Self.webhookPath(of: account.id)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await poll.runSubscriptions(address: address) }
                group.addTask { await poll.runListings() }
                group.addTask { await poll.runOrders() }
                group.addTask { await poll.runReads() }
                group.addTask { await QuantityWork(hub: hub, account: account, line: line, lags: lags, pushEvery: pace.pushEvery, log: log).run() }
                group.addTask { await ActionWork(hub: hub, account: account, line: line, log: log).run() }
            }
        } catch {
            log.error("an account's settings cannot be used", metadata: ["account": "\(account.name)", "error": "\(error)"])
            try? await hub.store.write { try SyncStreamTable.failed(account.id, .orders, problem: "\(error)", at: hub.clock.now(), in: $0) }
        }
    }
}

extension SyncEngine {
    /// Looks at an account's listings and orders once. Refuses an account that is not there or not connected.
    public func syncOnce(_ id: ID<AccountKind>) async throws {
        guard let account = try await hub.store.read({ try ChannelAccountTable.find(id, in: $0) }), account.isConnected else {
            throw Refusal(.notFound, "channel.no-account", ["account": id.description])
        }
        let connector = try connectors.connect(account.channel, account.settings)
        let line = AccountLine(
            connector: connector, transport: transport, clock: hub.clock, seed: seed, channelTellsTime: pace.channelsTellTime)
        let poll = PollWork(hub: hub, account: account, line: line, pace: pace, log: log)
        try await poll.pollListings()
        try await poll.pollOrders()
    }
}
