// SPDX-License-Identifier: Apache-2.0

/// The database: hands out transactions.
///
/// `write` is durable when it returns: the commit has reached the disk. Bodies that wait at the same time may share one
/// commit; each keeps a savepoint of its own, so that one that throws undoes only itself. A body may be run more than
/// once (after a conflict), so it must have no effect but on the transaction.
public protocol Store: Sendable {
    var dialect: Dialect { get }
    /// Who waits for what changed.
    var signals: Signals { get }
    func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value
    /// A consistent view of one moment; never waits for writers. Changes are refused.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value
    /// Ends all connections after what is under way.
    func close() async throws
}

/// What a driver reports. Constraint failures are told apart because rules rest on them.
public enum StorageFailure: Error, Hashable, Sendable {
    /// A CHECK failed: a balance would have gone below its floor, say.
    case check(String)
    case unique(String)
    case foreignKey(String)
    /// The disk is full or not writable: nothing was changed; try again when there is room.
    case full(String)
    case busy(String)
    /// The database was written by a newer program.
    case newer(found: Int, known: Int)
    case other(String)

    /// Whether the same may succeed a little later, whatever was asked.
    public var isOfTheMoment: Bool {
        switch self {
        case .full, .busy: true
        case .check, .unique, .foreignKey, .newer, .other: false
        }
    }

    /// Whether the error is the store's own and of the moment, and so says nothing of what was to be written.
    public static func isOfTheMoment(_ error: any Error) -> Bool { (error as? StorageFailure)?.isOfTheMoment ?? false }
}
