// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Logging
import SQLiteStorage
import Storage
import Synchronization
import Vocabulary

/// One life of the hub: what a process holds in memory, on a database that outlives it.
final class HubProcess: Sendable {
    let store: InlineStore
    let hub: Hub
    let receiver: WebhookReceiver
    private let engine: Task<Void, Never>

    init(_ store: InlineStore, hub: Hub, premises: Premises, wire: SimulatedWire, pace: SyncPace, seed: UInt64, on thread: OneThread) {
        self.store = store
        self.hub = hub
        receiver = WebhookReceiver(hub: hub, connectors: premises.connectors)
        let engine = SyncEngine(
            hub: hub, connectors: premises.connectors, transport: wire, pace: pace, publicAddress: "https://hub.example", seed: seed,
            log: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
        self.engine = Task(executorPreference: thread) { await engine.run() }
    }

    /// The process ends between two steps, without a word: nothing more is read or written, and no answer is heard.
    func die() {
        store.die()
        engine.cancel()
    }
}
