// SPDX-License-Identifier: Apache-2.0

import CLibPQ
import Foundation
import Storage

/// A connection as libpq has it, in pipeline mode, with a deadline on every wait. Used by one thread at a time.
///
/// What is sent gathers in libpq's buffer until `flush`; answers come in the order of what was sent.
final class PostgresWire {
    private let handle: OpaquePointer
    private let limits: PostgresLimits

    /// Connects, sets the session's limits and enters pipeline mode.
    init(_ address: PostgresAddress, _ limits: PostgresLimits, until deadline: Deadline) throws(ConnectionLost) {
        self.limits = limits
        var options = address.options
        options["client_encoding"] = "UTF8"
        options["application_name"] = options["application_name"] ?? "tributary"
        // A peer that is silently gone is noticed by the kernel; a server that hangs, by our own deadlines.
        options["keepalives_idle"] = options["keepalives_idle"] ?? "10"
        options["keepalives_interval"] = options["keepalives_interval"] ?? "5"
        options["keepalives_count"] = options["keepalives_count"] ?? "3"
        options["tcp_user_timeout"] = options["tcp_user_timeout"] ?? "20000"
        guard let handle = Self.start(options) else { throw ConnectionLost(why: "no memory for a connection") }
        self.handle = handle
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try connect(until: deadline)
        guard PQsetnonblocking(handle, 1) == 0 else { throw lost() }
        try prepareSession(until: deadline)
        guard PQenterPipelineMode(handle) == 1 else { throw lost() }
    }

    deinit { PQfinish(handle) }

    private static func start(_ options: [String: String]) -> OpaquePointer? {
        let names = options.keys.sorted()
        let keywords = names.map { strdup($0) } + [nil]
        let values = names.map { strdup(options[$0] ?? "") } + [nil]
        defer { for text in keywords + values { free(text) } }
        return keywords.map { UnsafePointer($0) }.withUnsafeBufferPointer { keywords in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { PQconnectStartParams(keywords.baseAddress, $0.baseAddress, 0) }
        }
    }

    private func connect(until deadline: Deadline) throws(ConnectionLost) {
        guard PQstatus(handle) != CONNECTION_BAD else { throw lost() }
        var polling = PGRES_POLLING_WRITING
        while polling != PGRES_POLLING_OK {
            guard polling != PGRES_POLLING_FAILED else { throw lost() }
            _ = try wait(for: polling == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
            polling = PQconnectPoll(handle)
        }
    }

    private func prepareSession(until deadline: Deadline) throws(ConnectionLost) {
        let settings = [
            ("statement_timeout", limits.statement), ("lock_timeout", limits.lock), ("idle_in_transaction_session_timeout", limits.idleInTransaction),
        ]
        // Short statements on few rows: compiling them costs more than it saves.
        let text = settings.map { "SET \($0) = \(max(1, $1.milliseconds))" }.joined(separator: "; ") + "; SET jit = off"
        guard PQsendQuery(handle, text) == 1 else { throw lost() }
        try flush(until: deadline)
        while let result = try next(until: deadline) {
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw ConnectionLost(why: String(cString: PQresultErrorMessage(result))) }
        }
    }

    // MARK: Sending

    func prepare(_ name: String, _ text: String, _ types: [UInt32]) throws(ConnectionLost) {
        guard PQsendPrepare(handle, name, text, Int32(types.count), types) == 1 else { throw lost() }
    }

    /// Runs a prepared statement; its rows come in binary form.
    func execute(_ name: String, _ arguments: [SQLValue]) throws(ConnectionLost) {
        var bytes: [UInt8] = []
        var starts: [Int] = []
        var lengths: [Int32] = []
        for argument in arguments {
            starts.append(argument == .null ? -1 : bytes.count)
            let start = bytes.count
            switch argument {
            case .null: break
            case .integer(let value): withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
            case .text(let text): bytes += text.utf8
            case .blob(let blob): bytes += blob
            }
            lengths.append(Int32(bytes.count - start))
        }
        // So that an empty value has an address, too: without one it would be NULL.
        bytes.append(0)
        let formats = [Int32](repeating: 1, count: arguments.count)
        let isSent = bytes.withUnsafeBytes { bytes in
            let base = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start in start < 0 ? nil : Optional(base + start) }
            return PQsendQueryPrepared(handle, name, Int32(arguments.count), values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw lost() }
    }

    /// Ends a batch: after an error the server skips what follows up to here.
    func sync() throws(ConnectionLost) { guard PQpipelineSync(handle) == 1 else { throw lost() } }

    /// Sends what has gathered. Reads meanwhile, so that a server that waits for us to take its answers does not stop us both.
    func flush(until deadline: Deadline) throws(ConnectionLost) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                if try wait(for: POLLIN | POLLOUT, until: deadline) & POLLIN != 0, PQconsumeInput(handle) == 0 { throw lost() }
            default: throw lost()
            }
        }
    }

    // MARK: Receiving

    /// The next result, for the caller to clear; nil after the last one of a command.
    func next(until deadline: Deadline) throws(ConnectionLost) -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            _ = try wait(for: POLLIN, until: deadline)
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
        return PQgetResult(handle)
    }

    /// The command whose results come next gives its rows one by one. False when its answer is being read already.
    func askForSingleRows() -> Bool { PQsetSingleRowMode(handle) == 1 }

    var isBroken: Bool { PQstatus(handle) == CONNECTION_BAD }

    /// Waits until something arrives, at most so long; then tells the notifications that did.
    func notifications(until deadline: Deadline) throws(ConnectionLost) -> [String] {
        if !deadline.isPast { _ = try? wait(for: POLLIN, until: deadline) }
        guard PQconsumeInput(handle) == 1 else { throw lost() }
        var payloads: [String] = []
        while let note = PQnotifies(handle) {
            payloads.append(String(cString: note.pointee.extra))
            PQfreemem(note)
        }
        return payloads
    }

    func lost() -> ConnectionLost {
        ConnectionLost(why: String(cString: PQerrorMessage(handle)).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Which of the events came.
    private func wait(for events: Int32, until deadline: Deadline) throws(ConnectionLost) -> Int32 {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        while true {
            let left = deadline.milliseconds
            guard left > 0 else { throw ConnectionLost(why: "the database server did not answer in time") }
            let found = poll(&descriptor, 1, left)
            if found > 0 { return Int32(descriptor.revents) }
            if found < 0, errno != EINTR { throw ConnectionLost(why: "the connection cannot be waited for (errno \(errno))") }
        }
    }
}
