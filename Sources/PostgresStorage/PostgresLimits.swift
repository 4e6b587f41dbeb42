// SPDX-License-Identifier: Apache-2.0

/// How long anything that has to do with the server may take. Nothing waits without an end.
public struct PostgresLimits: Sendable {
    /// One attempt to connect.
    public var connect: Duration = .seconds(5)
    /// Waiting for the turn to write, and for any other lock.
    public var lock: Duration = .seconds(10)
    /// One statement.
    public var statement: Duration = .seconds(30)
    /// A transaction in which nothing happens: its end frees what it holds, whatever became of who began it.
    public var idleInTransaction: Duration = .seconds(30)
    /// From the call to its end, while connections break and are made again, and for the wait before a connection is free.
    public var patience: Duration = .seconds(30)
    /// Connections that read; each has a thread of its own and is made when it is first needed.
    public var readers = 4

    public init() {}
}

/// A moment after which nobody waits any more.
struct Deadline {
    let moment: ContinuousClock.Instant

    init(after duration: Duration) { moment = ContinuousClock.now + duration }

    var isPast: Bool { ContinuousClock.now >= moment }
    /// What is left in whole milliseconds, for `poll`: at least one until it is past.
    var milliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: moment).milliseconds
        return left <= 0 ? 0 : Int32(min(left, 1_000_000))
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000 }
}
