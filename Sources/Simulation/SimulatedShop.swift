// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Synchronization
import Vocabulary

/// A twin on the simulated street, with what the street knows of it and the hub does not.
final class SimulatedShop: Sendable {
    let number: Int
    let channel: String
    let title: String
    let address: String
    private struct State {
        var twin: any ChannelTwin
        /// Whether somebody was here since its messages were collected last.
        var isTouched = true
    }
    private let state: Mutex<State>

    init(number: Int, channel: String, title: String, isSecure: Bool, twin: any ChannelTwin) {
        self.number = number
        self.channel = channel
        self.title = title
        address = "\(isSecure ? "https" : "http")://shop-\(number).example"
        state = Mutex(State(twin: twin))
    }

    var settings: ChannelSettings { state.withLock { $0.twin.settings(reachableAt: address) } }
    /// What the shop shows as available; nil for an article that it does not have.
    func shown(_ sku: String) -> Int? { state.withLock { $0.twin.shown(sku) } }

    func respond(_ request: HTTPRequest, at now: Instant) -> HTTPResponse { touch { $0.respond(to: request, at: now) } }
    func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome { touch { $0.perform(act, at: now) } }
    func departures(at now: Instant) -> [TwinWebhook] {
        state.withLock { state in
            state.isTouched = false
            return state.twin.departures(at: now)
        }
    }
    func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) { touch { $0.delivered(webhook, status: status, at: now) } }

    var isTouched: Bool { state.withLock { $0.isTouched } }

    private func touch<Value: Sendable>(_ body: (inout any ChannelTwin) -> Value) -> Value {
        state.withLock { state in
            state.isTouched = true
            return body(&state.twin)
        }
    }
}
