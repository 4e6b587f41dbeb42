// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import ChannelSync
public import Ledger
public import Storage
public import Vocabulary

/// The house that is simulated, handed in by whoever wires it: the simulator knows no channel and no schema by name.
public struct Premises: Sendable {
    public var connectors: Connectors
    /// The shops that can stand on the street, by the name of their channel.
    public var twins: [(channel: String, title: String, make: @Sendable (TwinSeed) -> any ChannelTwin)]
    /// Brings a store to the present schema, with a first location.
    public var open: @Sendable (any Store, any TimeSource) async throws -> Hub
    public var audit: @Sendable (Hub) async throws -> [Violation]

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
