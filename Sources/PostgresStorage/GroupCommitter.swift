// SPDX-License-Identifier: Apache-2.0

import Foundation
import Storage

/// Commits what waits, group by group, on one connection and one thread.
///
/// A group that loses its connection is run again on a new one, as long as its callers' patience lasts. When COMMIT had been sent, the store
/// first asks whether it came through (`CommitMarks`) and only then answers or runs the group again.
final class GroupCommitter {
    /// The most bodies one commit gathers. A server keeps 64 subtransactions at hand for each transaction; beyond that every reader pays.
    static let bodiesMax = 60

    private let address: PostgresAddress
    private let limits: PostgresLimits
    private let queue: WorkQueue
    private let signals: Signals
    private let writer: WriterName
    private var connection: PostgresConnection?
    private var number: Int64 = 0

    init(_ address: PostgresAddress, _ limits: PostgresLimits, queue: WorkQueue, signals: Signals, writer: WriterName) {
        self.address = address
        self.limits = limits
        self.queue = queue
        self.signals = signals
        self.writer = writer
    }

    /// Works until the queue is closed and empty.
    func run() {
        while true {
            let group = queue.take(Self.bodiesMax)
            guard !group.isEmpty else { return }
            commit(group)
        }
    }

    private func commit(_ group: [PendingWork]) {
        var group = group
        var signalled: Set<String> = []
        /// A commit that was sent and never answered.
        var unsettled: Int64?
        var pause = Pause()
        while true {
            do throws(PostgresConnection.Trouble) {
                try attempt(group, &signalled, &unsettled)
                signals.signal(signalled)
                for work in group { work.finish() }
                return
            } catch {
                switch error {
                case .lost: connection = nil
                case .transaction(let failure, let isConflict):
                    connection?.rollBack()
                    if !isConflict {
                        for work in group { work.fail(failure) }
                        return
                    }
                case .statement(let failure):
                    connection?.rollBack()
                    for work in group { work.fail(failure) }
                    return
                }
                giveUpOnExpired(&group, error.failure, isUnsettled: unsettled != nil)
                guard !group.isEmpty else { return }
                pause.take()
            }
        }
    }

    /// Who can wait no longer hears why. While a commit is unsettled, all wait for what became of it as long as one of them can.
    private func giveUpOnExpired(_ group: inout [PendingWork], _ failure: StorageFailure, isUnsettled: Bool) {
        if isUnsettled {
            guard group.allSatisfy(\.deadline.isPast) else { return }
            let unknown = StorageFailure.busy(
                "the connection broke at the commit and could not be made again in time to ask: it may or may not be done (\(failure))")
            for work in group { work.fail(unknown) }
            group = []
        } else {
            for work in group where work.deadline.isPast { work.fail(failure) }
            group.removeAll(where: \.deadline.isPast)
        }
    }

    private func attempt(
        _ group: [PendingWork], _ signalled: inout Set<String>, _ unsettled: inout Int64?
    ) throws(PostgresConnection.Trouble) {
        let connection = try connected(for: group)
        connection.begin("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        connection.glue(CommitMarks.turn.text, CommitMarks.turn.arguments)
        if let sent = unsettled {
            let isKept = try ask(CommitMarks.isKept(sent, of: writer.bytes), connection)
            unsettled = nil
            if isKept {
                connection.rollBack()
                return
            }
        }
        signalled = []
        guard try run(group, on: connection, &signalled) else { return }
        try commit(on: connection, signalled, &unsettled)
    }

    /// Runs the bodies. False when nothing is to be committed.
    private func run(
        _ group: [PendingWork], on connection: PostgresConnection, _ signalled: inout Set<String>
    ) throws(PostgresConnection.Trouble) -> Bool {
        // Alone a body needs no savepoint: what undoes it undoes the transaction.
        let isAlone = group.count == 1
        for work in group {
            if !isAlone { connection.glue("SAVEPOINT body") }
            let transaction = Transaction(connection, dialect: .postgres)
            do {
                try work.run(transaction)
                if let trouble = connection.trouble { throw trouble.failure }
                signalled.formUnion(transaction.signals)
            } catch {
                switch connection.trouble {
                case .lost?, .transaction?: throw connection.trouble!
                case .statement?, nil: work.refuse(error)
                }
                if isAlone {
                    if connection.hasBegun { connection.rollBack() }
                    return false
                }
                connection.heal(to: "body")
            }
            if !isAlone { connection.glue("RELEASE body") }
        }
        if !connection.hasBegun { connection.abandon() }
        return connection.hasBegun
    }

    private func commit(
        on connection: PostgresConnection, _ signalled: Set<String>, _ unsettled: inout Int64?
    ) throws(PostgresConnection.Trouble) {
        if connection.hasChanged {
            number += 1
            let mark = CommitMarks.write(number, of: writer.bytes)
            connection.glue(mark.text, mark.arguments)
            unsettled = number
        }
        if !signalled.isEmpty { connection.glue("SELECT pg_notify('\(Listener.channel)', ?)", [.text(writer.message(signalled))]) }
        connection.glue("COMMIT")
        do {
            let tag = try connection.settle()
            unsettled = nil
            guard tag == "COMMIT" else { throw StorageFailure.other("the server rolled back what was to be committed") }
        } catch {
            let trouble = connection.trouble ?? .transaction((error as? StorageFailure) ?? .other("\(error)"), isConflict: false)
            // What the server refused is not done; only silence leaves it open.
            if !connection.isLost { unsettled = nil }
            throw trouble
        }
    }

    private func ask(_ sql: SQL, _ connection: PostgresConnection) throws(PostgresConnection.Trouble) -> Bool {
        var count: Int64 = 0
        do { try connection.query(sql) { count = $0.integer(0) } } catch {
            throw connection.trouble ?? .transaction(.other("\(error)"), isConflict: false)
        }
        return count == 1
    }

    private func connected(for group: [PendingWork]) throws(PostgresConnection.Trouble) -> PostgresConnection {
        if let connection { return connection }
        do throws(ConnectionLost) {
            let made = try PostgresConnection(address, limits, until: Deadline(after: limits.connect))
            connection = made
            return made
        } catch { throw .lost(error) }
    }
}

/// Who writes, among all processes that write to the database: by chance, so that no two are alike.
struct WriterName: Sendable {
    let bytes: [UInt8]
    let text: String

    init() {
        let name = UUID()
        text = name.uuidString
        bytes = withUnsafeBytes(of: name.uuid) { Array($0) }
    }

    /// What other processes are told of a commit: who made it, and the names of what changed.
    func message(_ names: Set<String>) -> String {
        let list = names.sorted().joined(separator: ",")
        // The server takes up to 8,000 bytes.
        return list.utf8.count < 7_900 ? text + ":" + list : text + ":*"
    }
}

/// The wait between two attempts: short at first, so that a connection that only broke is soon made again.
struct Pause {
    private var milliseconds: Int32 = 10

    mutating func take() {
        poll(nil, 0, milliseconds)
        milliseconds = min(milliseconds * 2, 250)
    }
}
