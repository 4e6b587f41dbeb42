// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Hummingbird
import Logging
import NIOCore
import Vocabulary

/// A twin with a network around it: answers its API over HTTP and sends its webhooks.
actor TwinHost {
    nonisolated let channel: String
    nonisolated let address: String
    private let port: Int
    private var twin: any ChannelTwin
    private let clock: any TimeSource
    private let transport: any Transport
    private let faults: DeliveryFaults
    private var random: SplitMix64
    /// Webhooks on the wire now, not counting those that are late on purpose.
    private(set) var underWay = 0
    /// Webhooks that are late on purpose and have not left yet.
    private(set) var late = 0
    private(set) var sent = 0

    static let underWayMax = 64

    init(channel: String, port: Int, twin: any ChannelTwin, clock: any TimeSource, transport: any Transport, faults: DeliveryFaults, seed: UInt64) {
        self.channel = channel
        self.port = port
        address = "http://127.0.0.1:\(port)"
        self.twin = twin
        self.clock = clock
        self.transport = transport
        self.faults = faults
        random = SplitMix64(seed: seed)
    }

    var settings: ChannelSettings { twin.settings(reachableAt: address) }
    var shelf: [String: Int] { twin.shelf }

    private func respond(_ request: ChannelKit.HTTPRequest) -> ChannelKit.HTTPResponse { twin.respond(to: request, at: clock.now()) }

    func perform(_ act: ShopAct) -> ShopOutcome {
        defer { depart() }
        return twin.perform(act, at: clock.now())
    }

    /// Sends what is due. Called after every act and, for what waits in a shop's own queue, again and again by `run`.
    func depart() {
        let now = clock.now()
        for webhook in twin.departures(at: now) {
            let delays = faults.delays(&random)
            if delays.isEmpty {
                // Lost on the way: the shop believes it arrived.
                twin.delivered(webhook, status: 200, at: now)
            }
            for (copy, delay) in delays.enumerated() { send(webhook, after: delay, isFirst: copy == 0) }
        }
    }

    private func send(_ webhook: TwinWebhook, after delay: Span, isFirst: Bool) {
        let isLate = delay.milliseconds > 0
        if isLate { late += 1 } else { underWay += 1 }
        Task {
            if isLate {
                try? await clock.wait(delay)
                late -= 1
                underWay += 1
            }
            let status = try? await transport.send(webhook.request).status
            underWay -= 1
            sent += 1
            if isFirst { twin.delivered(webhook, status: status, at: clock.now()) }
        }
    }

    /// Serves the API until the task is cancelled.
    nonisolated func run(log: Logger) async throws {
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            guard let value = try await HTTPServing.value(of: request, bodyBytesMax: 64 << 20) else { return Response(status: .methodNotAllowed) }
            return HTTPServing.answer(await self.respond(value))
        }
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [port] in
                do { try await application.run() } catch { throw ListeningFailure(error, host: "127.0.0.1", port: port) ?? error }
            }
            group.addTask {
                while !Task.isCancelled {
                    await self.depart()
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
