// SPDX-License-Identifier: Apache-2.0

import CLibPQ
import Storage

/// Runs statements on one connection, each prepared once for the connection's life. Used by one thread at a time.
///
/// What nobody waits for (BEGIN, savepoints, the release of the last one) is *glued*: sent with the next statement and answered with it,
/// so that it costs no round trip of its own.
final class PostgresConnection: Connection {
    /// What keeps the transaction from going on.
    enum Trouble: Error {
        /// A statement failed: going back to the savepoint heals it.
        case statement(StorageFailure)
        /// The transaction as a whole has to be rolled back; run again it may pass when `isConflict`.
        case transaction(StorageFailure, isConflict: Bool)
        case lost(ConnectionLost)

        /// What a body is told.
        var failure: StorageFailure {
            switch self {
            case .statement(let failure), .transaction(let failure, _): failure
            case .lost(let lost): lost.failure
            }
        }
    }

    private enum Command {
        case prepare(String, text: String)
        case glue(String)
        case statement(String)
        /// The end of a batch.
        case sync
    }

    private let wire: PostgresWire
    private let limits: PostgresLimits
    private var statements = PreparedStatements()
    /// Sent or about to be, and not yet answered, in order.
    private var commands: [Command] = []
    /// Waits for the next statement to be sent with.
    private var glued: [(text: String, arguments: [SQLValue])] = []
    private var stream: RowStream?
    private(set) var trouble: Trouble?
    /// Whether anything of the transaction has been sent.
    private(set) var hasBegun = false
    /// Whether the transaction has changed anything that a commit has to keep.
    private(set) var hasChanged = false
    /// What the last glued command answered: `COMMIT`, or `ROLLBACK` where a commit was asked for in vain.
    private var lastTag = ""

    init(_ address: PostgresAddress, _ limits: PostgresLimits, until deadline: Deadline) throws(ConnectionLost) {
        self.limits = limits
        wire = try PostgresWire(address, limits, until: deadline)
    }

    // MARK: Statements

    func execute(_ sql: SQL) throws -> Int {
        try goingOn {
            try send(sql.text, sql.arguments, .statement(sql.text))
            return try answers()
        }
    }

    func execute(_ text: String, each arguments: [[SQLValue]]) throws -> Int {
        try goingOn {
            let types = Self.types(of: arguments)
            // Before the first is sent: a batch is refused as a whole.
            for row in arguments { try Self.check(row, text) }
            for row in arguments { try send(text, row, .statement(text), types) }
            return try answers()
        }
    }

    func query(_ sql: SQL, _ body: (any Row) throws -> Void) throws {
        try goingOn {
            try send(sql.text, sql.arguments, .statement(sql.text))
            try depart()
        }
        let rows = try goingOn { try openStream() }
        do {
            while let result = try goingOn(beside: rows, { try rows.next() }) {
                defer { PQclear(result) }
                for row in 0..<PQntuples(result) { try body(PostgresRow(result: result, row: row)) }
            }
        } catch {
            if stream === rows {
                try? goingOn(beside: rows) { try rows.dropRest() }
                stream = nil
            }
            throw error
        }
        if stream === rows { stream = nil }
    }

    // MARK: The transaction's frame

    /// A command that is sent with the next statement. What it throws is found there.
    func glue(_ text: String, _ arguments: [SQLValue] = []) { glued.append((text, arguments)) }

    /// Forgets what the transaction before was about. Nothing of it may be under way.
    func begin(_ text: String) {
        if !isLost { trouble = nil }
        hasBegun = false
        hasChanged = false
        glued = []
        if statements.isCrowded { glue(Self.forgetting) }
        glue(text)
    }

    private static let forgetting = "DEALLOCATE ALL"

    /// Lets go of a transaction of which nothing was sent.
    func abandon() { glued = [] }

    /// Undoes to the savepoint what a statement's failure left behind.
    func heal(to savepoint: String) {
        if case .statement = trouble { trouble = nil }
        guard trouble == nil else { return }
        glue("ROLLBACK TO " + savepoint)
    }

    /// Sends what is glued and waits for its answers. The last one's tag is told.
    @discardableResult
    func settle() throws -> String {
        try goingOn {
            try sendGlued()
            _ = try answers()
        }
        return lastTag
    }

    /// Sends what is glued; the answers are read when the next ones are.
    func sendOff() {
        guard trouble == nil else { return }
        do {
            try sendGlued()
            try depart()
        } catch { note(error) }
    }

    /// Ends a transaction in trouble, unless the connection is gone.
    func rollBack() {
        if case .lost = trouble { return }
        trouble = nil
        glued = []
        glue("ROLLBACK")
        do { try settle() } catch { note(error) }
    }

    var isLost: Bool { if case .lost = trouble { true } else { false } }

    /// The messages that other connections sent, waiting for them until the deadline.
    func notifications(until deadline: Deadline) throws(ConnectionLost) -> [String] { try wire.notifications(until: deadline) }

    // MARK: Out and back

    /// Runs what talks to the server, unless there is trouble, and notes what trouble comes of it.
    private func goingOn<Value>(beside rows: RowStream? = nil, _ work: () throws -> Value) throws -> Value {
        if let trouble { throw trouble.failure }
        do {
            if let stream, stream !== rows {
                try stream.keepRest()
                self.stream = nil
            }
            return try work()
        } catch {
            note(error)
            throw trouble?.failure ?? error
        }
    }

    private func note(_ error: any Error) {
        switch error {
        case let lost as ConnectionLost: trouble = .lost(lost)
        case let found as Trouble: trouble = found
        // A value that PostgreSQL does not keep: refused before it was sent, and a statement's failure like any other.
        case let failure as StorageFailure: trouble = trouble ?? .statement(failure)
        default: break
        }
        if wire.isBroken, !isLost { trouble = .lost(wire.lost()) }
    }

    private func sendGlued() throws {
        let due = glued
        glued = []
        for command in due {
            // The names of statements are never used again, so that one that is deallocated here is not mistaken for a later one.
            if command.text == Self.forgetting { statements.forgetAll() }
            try push(command.text, command.arguments, .glue(command.text))
            if command.text == Self.forgetting { statements.forgetAll() }
        }
    }

    private func send(_ text: String, _ arguments: [SQLValue], _ command: Command, _ types: [UInt32]? = nil) throws {
        try Self.check(arguments, text)
        try sendGlued()
        try push(text, arguments, command, types)
    }

    private func push(_ text: String, _ arguments: [SQLValue], _ command: Command, _ types: [UInt32]? = nil) throws {
        hasBegun = true
        let (statement, isNew) = statements.find(text, types ?? arguments.map(PreparedStatements.type(of:)))
        if isNew {
            try wire.prepare(statement.name, StatementText.numbered(text), statement.types)
            commands.append(.prepare(statement.name, text: text))
        }
        try wire.execute(statement.name, arguments)
        commands.append(command)
    }

    private static func check(_ arguments: [SQLValue], _ text: String) throws {
        for case .text(let value) in arguments where value.utf8.contains(0) {
            throw StorageFailure.other("PostgreSQL keeps no text with the character U+0000, in: \(text.prefix(200))")
        }
    }

    private var answerDeadline: Deadline { Deadline(after: limits.statement + limits.lock + .seconds(2)) }

    private func depart() throws {
        guard let last = commands.last else { return }
        if case .sync = last { return }
        try wire.sync()
        commands.append(.sync)
        try wire.flush(until: answerDeadline)
    }

    /// Waits for all answers; tells how many rows the statements changed.
    private func answers() throws -> Int {
        try depart()
        return try read(upTo: commands.count)
    }

    /// Reads the answers of the first commands. Of several failures the first one counts: the server skips what comes after it.
    private func read(upTo count: Int) throws -> Int {
        var changed = 0
        var first: (any Error)?
        for command in commands.prefix(count) {
            do { changed += try read(command) } catch let lost as ConnectionLost { throw lost } catch { first = first ?? error }
        }
        commands.removeFirst(count)
        if let first { throw first }
        return changed
    }

    private func read(_ command: Command) throws -> Int {
        let deadline = answerDeadline
        if case .sync = command {
            guard let result = try wire.next(until: deadline) else { throw wire.lost() }
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw wire.lost() }
            return 0
        }
        var changed = 0
        var problem: (any Error)?
        while let result = try wire.next(until: deadline) {
            defer { PQclear(result) }
            do { changed += try take(result, of: command) } catch let lost as ConnectionLost { throw lost } catch { problem = problem ?? error }
        }
        if let problem { throw problem }
        return changed
    }

    /// How many rows the result says were changed; throws what it says of a failure.
    private func take(_ result: OpaquePointer, of command: Command) throws -> Int {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE:
            let tag = String(cString: PQcmdStatus(result))
            switch command {
            case .prepare, .sync: return 0
            case .glue:
                lastTag = tag
                return 0
            case .statement:
                guard !tag.hasPrefix("SELECT") else { return 0 }
                // Data definition tells no number.
                let count = Int(String(cString: PQcmdTuples(result)))
                if count != 0 { hasChanged = true }
                return count ?? 0
            }
        case let status: throw failure(result, status, of: command)
        }
    }

    private func failure(_ result: OpaquePointer, _ status: ExecStatusType, of command: Command) -> any Error {
        if case .prepare(let name, let text) = command { statements.forget(name, of: text) }
        let isSkipped = status == PGRES_PIPELINE_ABORTED
        if !isSkipped, PostgresFailure.isFatal(result) || wire.isBroken {
            return ConnectionLost(why: String(cString: PQresultErrorMessage(result)))
        }
        switch command {
        case .prepare(_, let text), .statement(let text):
            let failure = isSkipped ? StorageFailure.other("skipped: \(text.prefix(200))") : PostgresFailure.storageFailure(result, statement: text)
            return PostgresFailure.isConflict(result) ? Trouble.transaction(failure, isConflict: true) : Trouble.statement(failure)
        case .glue(let text):
            if PostgresFailure.isReadOnly(result) { return ConnectionLost(why: "the database server takes no writes: it is a standby") }
            return Trouble.transaction(
                isSkipped ? .other("skipped: \(text)") : PostgresFailure.storageFailure(result, statement: text),
                isConflict: PostgresFailure.isConflict(result))
        case .sync: return ConnectionLost(why: "the server's answers are out of step")
        }
    }

    /// Reads the answers before the last statement's own; its rows are then read by whoever asked for them.
    private func openStream() throws -> RowStream {
        // The statement and the end of its batch remain.
        let before = commands.count - 2
        var failed: (any Error)?
        do { _ = try read(upTo: before) } catch let lost as ConnectionLost { throw lost } catch { failed = error }
        if let failed {
            // The server skipped the statement: its answer says so, and the end of the batch follows.
            _ = try? read(upTo: commands.count)
            throw failed
        }
        guard case .statement? = commands.first, let command = commands.first else { throw wire.lost() }
        guard wire.askForSingleRows() else { throw wire.lost() }
        var problem: (any Error)?
        let rows = RowStream { [unowned self] in
            while let result = try wire.next(until: answerDeadline) {
                if PQresultStatus(result) == PGRES_SINGLE_TUPLE { return result }
                defer { PQclear(result) }
                do { _ = try take(result, of: command) } catch let lost as ConnectionLost { throw lost } catch { problem = problem ?? error }
            }
            commands.removeFirst()
            do { _ = try read(upTo: 1) } catch { throw problem ?? error }
            if let problem { throw problem }
            return nil
        }
        stream = rows
        return rows
    }

    /// For each place the type of the first value that stands there.
    private static func types(of rows: [[SQLValue]]) -> [UInt32] {
        var types = (rows.first ?? []).map(PreparedStatements.type(of:))
        guard types.contains(PreparedStatements.TypeNumber.open) else { return types }
        for row in rows.dropFirst() {
            for place in types.indices where types[place] == PreparedStatements.TypeNumber.open {
                types[place] = PreparedStatements.type(of: row[place])
            }
        }
        return types
    }
}
