// SPDX-License-Identifier: Apache-2.0

import Storage

/// Answers reads, one after another, on one connection and one thread.
final class Reader {
    private let address: PostgresAddress
    private let limits: PostgresLimits
    private let queue: WorkQueue
    private var connection: PostgresConnection?

    init(_ address: PostgresAddress, _ limits: PostgresLimits, queue: WorkQueue) {
        self.address = address
        self.limits = limits
        self.queue = queue
    }

    func run() {
        while let work = queue.take(1).first { answer(work) }
    }

    private func answer(_ work: PendingWork) {
        var pause = Pause()
        while true {
            do throws(PostgresConnection.Trouble) { return try attempt(work) } catch {
                switch error {
                case .lost: connection = nil
                case .transaction(_, true): connection?.rollBack()
                case .transaction(let failure, false), .statement(let failure):
                    connection?.rollBack()
                    return work.fail(failure)
                }
                if work.deadline.isPast { return work.fail(error.failure) }
                pause.take()
            }
        }
    }

    private func attempt(_ work: PendingWork) throws(PostgresConnection.Trouble) {
        let connection = try connected()
        connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        do {
            try work.run(Transaction(connection, dialect: .postgres))
            if let trouble = connection.trouble { throw trouble.failure }
            work.finish()
        } catch {
            switch connection.trouble {
            case .lost?, .transaction?: throw connection.trouble!
            case .statement?, nil:
                work.refuse(error)
                work.finish()
            }
        }
        guard connection.hasBegun else { return connection.abandon() }
        // Nobody waits for the end of a read: its answer is taken with the next one's.
        if connection.trouble == nil {
            connection.glue("COMMIT")
            connection.sendOff()
        } else {
            connection.rollBack()
        }
        if connection.isLost { self.connection = nil }
    }

    private func connected() throws(PostgresConnection.Trouble) -> PostgresConnection {
        if let connection { return connection }
        do throws(ConnectionLost) {
            let made = try PostgresConnection(address, limits, until: Deadline(after: limits.connect))
            connection = made
            return made
        } catch { throw .lost(error) }
    }
}
