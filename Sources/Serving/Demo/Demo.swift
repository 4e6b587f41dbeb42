// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import Clocks
public import ChannelSync
import Foundation
public import House
import Inventory
public import Logging
import Orders
import Storage
public import Trade
public import Vocabulary
import Web

/// A living shop in the box: a hub, a twin of each channel, and a business that happens in them.
public struct Demo: Sendable {
    public struct Options: Sendable {
        /// A multiple of the machine's time; nil drives from event to event, as fast as it goes.
        public var speed: Double?
        public var faults = DeliveryFaults()
        public var seed: UInt64 = 1
        /// Stop when every event has happened, every order has arrived and every quantity is acknowledged.
        public var untilDone = false
        public var host = "127.0.0.1"
        public var port = 8080
        /// The twins listen on this port and those after it.
        public var twinPort = 8181
        public var pollEvery: Span?
        public init() {}
    }

    let business: Business
    let database: DatabaseAddress
    let options: Options
    let log: Logger
    let say: @Sendable (String) -> Void

    public init(business: Business, database: DatabaseAddress, options: Options, log: Logger, say: @escaping @Sendable (String) -> Void) {
        self.business = business
        self.database = database
        self.options = options
        self.log = log
        self.say = say
    }

    /// Runs the demo; returns what came of it when `untilDone`, otherwise only when the task is cancelled.
    public func run(owner: @Sendable (Hub) async throws -> Void, ready: @escaping @Sendable () -> Void) async throws -> DemoReport? {
        try await HTTPTransport.with(.demo) { try await run(transport: $0, owner: owner, ready: ready) }
    }

    private func run(
        transport: HTTPTransport, owner: @Sendable (Hub) async throws -> Void, ready: @escaping @Sendable () -> Void
    ) async throws -> DemoReport? {
        let began = ProcessInfo.processInfo.systemUptime
        let clock = DemoClock(start: business.start, speed: options.speed)
        // Driven from event to event the hub ends in the same state whatever happened on the way: shares would hang on it.
        let hub = try await database.open(clock: clock, beginsWith: options.speed == nil ? SellingPolicy(.shared) : .ofNewHub)
        try await owner(hub)
        let twins = makeTwins(clock: clock, transport: transport)
        say("Loading \(business.articles.count) articles")
        try await DemoCatalogue(business: business).load(into: hub)
        try await connect(twins, to: hub)
        let controls = DemoControls(speed: { clock.speed ?? 0 }, setSpeed: { clock.run(atSpeed: $0) })
        // In a year driven from event to event the listings do not change: looking at them every hour would be most of the work.
        let pace = SyncPace(
            pollEvery: options.pollEvery, pushEvery: options.speed == nil ? .hours(2) : nil,
            listingsEvery: options.speed == nil ? .days(30) : .hours(1),
            subscriptionsEvery: options.speed == nil ? .days(7) : .minutes(30),
            accountsEvery: nil,
            firstLook: .hours(1), channelsTellTime: false)
        let lags = LagMeter(clock: MachineClock())
        let server = HubServer(
            hub: hub, host: options.host, port: options.port, publicAddress: "http://127.0.0.1:\(options.port)", pace: pace, demo: controls, log: log,
            lags: lags)
        let driver = DemoDriver(
            business: business, hub: hub, twins: twins, clock: clock, lags: lags, untilDone: options.untilDone,
            isDriven: options.speed == nil)
        return try await withThrowingTaskGroup(of: DemoReport?.self) { group in
            group.addTask {
                try await server.run(transport: transport, ready: { ready() })
                return nil
            }
            for twin in twins {
                group.addTask {
                    try await twin.run(log: log)
                    return nil
                }
            }
            group.addTask {
                await clock.tick()
                return nil
            }
            group.addTask { try await driver.run(began: began) }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func makeTwins(clock: DemoClock, transport: HTTPTransport) -> [TwinHost] {
        ChannelRegistry.twins.prefix(business.channels).enumerated().map { index, entry in
            // The shops' own numbers do not hang on the chances, so that the same business leads to the same state whatever happened on the way.
            let shop = TwinSeed(
                shopName: "\(business.name) (\(entry.title))", currency: business.currency, articles: business.listings, start: business.start,
                seed: UInt64(index + 1))
            return TwinHost(
                channel: entry.channel, port: options.twinPort + index, twin: entry.make(shop), clock: clock, transport: transport,
                faults: options.faults,
                seed: options.seed &+ UInt64(index))
        }
    }

    /// Connects the twins as accounts; one that is there already (a demo that is run again) gets its new address.
    private func connect(_ twins: [TwinHost], to hub: Hub) async throws {
        for (twin, entry) in zip(twins, ChannelRegistry.twins) {
            var settings = await twin.settings
            // A message for each line of each order and for each count the hub sets would be most of the work of a driven year.
            if options.speed == nil { settings.values["stockNews"] = "false" }
            try await hub.store.write { [settings] transaction in
                let now = hub.clock.now()
                if let known = try ChannelAccountTable.all(in: transaction).first(where: { $0.name == entry.title }) {
                    try ChannelAccountTable.update(known.id, settings: settings, isConnected: true, in: transaction)
                } else {
                    _ = try ChannelAccountTable.add(
                        channel: twin.channel, name: entry.title, settings: settings, createsProducts: false, at: now, in: transaction)
                }
            }
        }
    }
}
