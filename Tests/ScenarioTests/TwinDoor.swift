// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Synchronization
import Vocabulary

/// One twin and the lock around it. Everything that is asked of it goes through here and can be disturbed on its way.
actor TwinDoor {
    nonisolated let address: String
    private var twin: any ChannelTwin
    private var answering: (@Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse?)?
    private var refusing: (@Sendable (HTTPRequest) -> HTTPResponse?)?
    /// What was asked of it, and when.
    private(set) var asked: [(at: Instant, request: HTTPRequest)] = []

    init(_ twin: any ChannelTwin, address: String) {
        self.twin = twin
        self.address = address
    }

    var settings: ChannelSettings { twin.settings(reachableAt: address) }
    var shelf: [String: Int] { twin.shelf }

    func respond(_ request: HTTPRequest, at now: Instant) -> HTTPResponse? {
        asked.append((now, request))
        if let refusing, let answer = refusing(request) { return answer }
        let response = twin.respond(to: request, at: now)
        guard let answering else { return response }
        return answering(request, response)
    }

    func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome { twin.perform(act, at: now) }
    func departures(at now: Instant) -> [TwinWebhook] { twin.departures(at: now) }
    func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) { twin.delivered(webhook, status: status, at: now) }

    /// An answer passes through the closure: nil loses it after the shop has acted on the request.
    func disturb(_ change: (@Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse?)?) { answering = change }
    /// What the closure answers never reaches the shop.
    func refuse(_ answer: (@Sendable (HTTPRequest) -> HTTPResponse?)?) { refusing = answer }

    /// Turns a knob that only this kind of shop has. Nil when it is another kind.
    func turn<Twin: ChannelTwin, Value: Sendable>(_ kind: Twin.Type, _ change: @Sendable (inout Twin) -> Value) -> Value? {
        guard var shop = twin as? Twin else { return nil }
        let value = change(&shop)
        twin = shop
        return value
    }
}

/// Hands requests to the twins as values.
struct StreetTransport: Transport {
    let twins: [TwinDoor]
    let clock: DemoClock

    func send(_ request: HTTPRequest) async throws(ChannelFailure) -> HTTPResponse {
        guard let twin = twins.first(where: { request.url.hasPrefix($0.address) }) else { throw .unavailable("no shop at \(request.url)") }
        guard let response = await twin.respond(request, at: clock.now()) else { throw .lost("no answer") }
        return response
    }
}

/// Counts what passes and lets the first few through or not.
final class Turnstile: Sendable {
    private let state = Mutex(0)
    let most: Int
    init(_ most: Int = 1) { self.most = most }
    /// True for the first `most` that ask.
    func take() -> Bool {
        state.withLock { count in
            count += 1
            return count <= most
        }
    }
    var count: Int { state.withLock { $0 } }
}

extension HTTPRequest {
    var text: String { String(decoding: body, as: UTF8.self) }
    func says(_ words: String) -> Bool { text.contains(words) }
}
