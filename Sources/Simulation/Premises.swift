// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import ChannelSync
public import Ledger
import SQLiteStorage
public import Storage
import Synchronization
public import Vocabulary

/// The house that is simulated, handed in by whoever wires it: the simulator knows no channel and no schema by name.
public struct Premises: Sendable {
    public var connectors: Connectors
    /// The shops that can stand on the street, by the name of their channel.
    public var twins: [(channel: String, title: String, make: @Sendable (TwinSeed) -> any ChannelTwin)]
    /// Brings a store to the present schema, with a first location.
    public var open: @Sendable (any Store, any TimeSource) async throws -> Hub
    public var audit: @Sendable (Hub) async throws -> [Violation]
    private let opened = Opened()

    /// A store that was opened once, for all simulations to begin on a copy of: making the tables anew takes longer than a short schedule.
    func ground(_ open: (InlineStore) throws -> Void) throws -> InlineStore {
        if let store = opened.store.withLock({ $0 }) { return store }
        let store = try InlineStore()
        try open(store)
        opened.store.withLock { $0 = $0 ?? store }
        return store
    }

    private final class Opened: Sendable {
        let store = Mutex<InlineStore?>(nil)
    }

    public init(
        connectors: Connectors, twins: [(channel: String, title: String, make: @Sendable (TwinSeed) -> any ChannelTwin)],
        open: @escaping @Sendable (any Store, any TimeSource) async throws -> Hub, audit: @escaping @Sendable (Hub) async throws -> [Violation]
    ) {
        self.connectors = connectors
        self.twins = twins
        self.open = open
        self.audit = audit
    }
}
