// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import ChannelSync
import Foundation
import House
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
public import Vocabulary
public import Web
import Webhooks

/// The hub as one running thing: console, webhooks and the engine behind them.
public struct HubServer: Sendable {
    public var hub: Hub
    public var host: String
    public var port: Int
    /// How channels reach this hub from outside, without a slash at the end.
    public var publicAddress: String
    public var pace: SyncPace
    public var demo: DemoControls?
    public var log: Logger
    /// Where the time from a decision to its confirmation is counted; nil: by the hub's clock.
    public var lags: LagMeter?

    public init(
        hub: Hub, host: String, port: Int, publicAddress: String, pace: SyncPace = SyncPace(), demo: DemoControls? = nil, log: Logger,
        lags: LagMeter? = nil
    ) {
        self.hub = hub
        self.host = host
        self.port = port
        self.publicAddress = publicAddress
        self.pace = pace
        self.demo = demo
        self.log = log
        self.lags = lags
    }

    /// Serves until the task is cancelled or the process is asked to stop (SIGTERM, SIGINT): then it takes no more requests, answers those that
    /// are under way, and returns. `ready` is called when the port answers.
    public func run(transport: HTTPTransport, ready: @escaping @Sendable () async -> Void) async throws {
        let connectors = ChannelRegistry.connectors
        let router = Router(context: WebContext.self)
        let clock = hub.clock
        let settings = WebSettings(
            cookieSecure: publicAddress.hasPrefix("https://"), demo: demo, productVersion: Version.text,
            testChannel: { channel, values in
                try await ChannelTest.run(channel: channel, settings: values, connectors: connectors, transport: transport, clock: clock)
            }, checkSettings: transport.checkSettings)
        WebDoor(hub: hub, connectors: connectors, settings: settings).addRoutes(to: router)
        WebhookRoutes(WebhookReceiver(hub: hub, connectors: connectors), publicAddress: publicAddress).addRoutes(to: router)
        let seed = UInt64.random(in: .min ... .max)
        let engine = SyncEngine(
            hub: hub, connectors: connectors, transport: transport, pace: pace, publicAddress: publicAddress, seed: seed, log: log, lags: lags)
        // Tighter than the library's presets: a header block that large is no browser's and no channel's.
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
        let application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [HostDemand(), RequestDeadline()], idleTimeout: .seconds(60), httpDecoderConfiguration: decoder)),
            configuration: .init(address: .hostname(host, port: port)), onServerRunning: { _ in await ready() }, logger: log)
        var services = ServiceGroupConfiguration(services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        services.maximumGracefulShutdownDuration = Self.farewell
        let door = ServiceGroup(configuration: services)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await door.run() } catch { throw ListeningFailure(error, host: host, port: port) ?? error }
            }
            group.addTask { await engine.run() }
            try await group.next()
            group.cancelAll()
        }
    }
}

extension HubServer {
    /// As long as the slowest honest request takes; who runs the process kills it a little later.
    private static let farewell = Duration.seconds(8)
}

/// The program's version.
public enum Version {
    public static let text = "0.1.0"
}

/// Asks a shop whether the settings let the hub in.
public enum ChannelTest {
    public static func run(
        channel: String, settings: ChannelSettings, connectors: Connectors, transport: any Transport, clock: any TimeSource
    ) async throws -> ShopIdentity {
        let connector = try connectors.connect(channel, settings)
        let line = AccountLine(connector: connector, transport: transport, clock: clock, seed: UInt64.random(in: .min ... .max))
        let answer = Answer()
        try await line.run(for: .test, { $0.test($1) }) { await answer.set($0) }
        guard let identity = await answer.identity else { throw ChannelFailure.unavailable("the shop gave no answer") }
        return identity
    }

    private actor Answer {
        var identity: ShopIdentity?
        func set(_ identity: ShopIdentity) { self.identity = identity }
    }
}
