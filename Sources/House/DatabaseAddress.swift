// SPDX-License-Identifier: Apache-2.0

public import Availability
public import ChannelSync
import Foundation
import Inventory
import SQLiteStorage
public import Storage
public import Vocabulary

/// Where the data is: `sqlite:PATH`.
public struct DatabaseAddress: Hashable, Sendable, CustomStringConvertible {
    public let path: String

    /// Refuses an address of another engine.
    public init(_ text: String) throws(Refusal) {
        guard text.hasPrefix("sqlite:"), text.count > 7 else { throw Refusal(.invalid, "database.bad-address", ["address": text]) }
        path = String(text.dropFirst(7))
    }

    public var description: String { "sqlite:\(path)" }

    /// Opens the database, bringing it to the present schema; a new one begins with a location and the policy.
    public func open(clock: any TimeSource, beginsWith policy: SellingPolicy = .ofNewHub) async throws -> Hub {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try await Hub.open(try SQLiteStore(path: path), clock: clock, beginsWith: policy)
    }
}

extension Hub {
    /// Brings the store to the present schema; a new one begins with a location and the policy.
    public static func open(_ store: any Store, clock: any TimeSource, beginsWith policy: SellingPolicy = .ofNewHub) async throws -> Hub {
        let hub = Hub(store: store, clock: clock)
        try await Schema.migrator.run(on: store)
        try await store.write { transaction in
            guard try LocationTable.all(in: transaction).isEmpty else { return }
            _ = try LocationTable.create(name: "Main", priority: 1, in: transaction)
            try SellingPolicyTable.set(policy, in: transaction)
        }
        return hub
    }
}
