// SPDX-License-Identifier: Apache-2.0

import Storage

/// Hears what other processes commit and wakes who waits for it here. Connects again by itself; what it may have missed meanwhile it makes
/// good by waking everybody.
final class Listener {
    static let channel = "tributary"

    private let address: PostgresAddress
    private let limits: PostgresLimits
    private let signals: Signals
    private let writer: WriterName
    private let closing: Closing

    init(_ address: PostgresAddress, _ limits: PostgresLimits, signals: Signals, writer: WriterName, closing: Closing) {
        self.address = address
        self.limits = limits
        self.signals = signals
        self.writer = writer
        self.closing = closing
    }

    /// Listens until the store is closed.
    func run() {
        var pause = Pause()
        while !closing.hasBegun {
            do {
                let connection = try PostgresConnection(address, limits, until: Deadline(after: limits.connect))
                connection.begin("LISTEN " + Self.channel)
                try connection.settle()
                signals.signalEverything()
                pause = Pause()
                try listen(on: connection)
            } catch { pause.take() }
        }
    }

    /// A server that is silently gone is found by asking it now and then.
    private static let askedEvery = Duration.seconds(10)

    private func listen(on connection: PostgresConnection) throws {
        var nextQuestion = Deadline(after: Self.askedEvery)
        while !closing.hasBegun {
            for message in try connection.notifications(until: Deadline(after: .milliseconds(500))) { hear(message) }
            guard nextQuestion.isPast else { continue }
            nextQuestion = Deadline(after: Self.askedEvery)
            connection.glue("SELECT 1")
            try connection.settle()
        }
    }

    /// Its own process's commits were told here already.
    private func hear(_ message: String) {
        guard let colon = message.firstIndex(of: ":"), message[..<colon] != writer.text else { return }
        let names = message[message.index(after: colon)...]
        if names == "*" { signals.signalEverything() } else { signals.signal(Set(names.split(separator: ",").map(String.init))) }
    }
}
