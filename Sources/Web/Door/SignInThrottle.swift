// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Vocabulary

/// Slows down who guesses passwords: after five wrong ones from an address for an account, it waits; each further one doubles the wait.
final class SignInThrottle: Sendable {
    private struct Misses {
        var count = 0
        var until = Instant.distantPast
        var last = Instant.distantPast
    }
    static let free = 5
    static let entriesMax = 10_000
    private let misses = Mutex<[String: Misses]>([:])

    /// How long this address has to wait before the next try for the account; nil when it may try now.
    func wait(_ address: String, _ email: String, at now: Instant) -> Span? {
        misses.withLock { misses in
            guard let known = misses[Self.key(address, email)], known.until > now else { return nil }
            return known.until - now
        }
    }

    func missed(_ address: String, _ email: String, at now: Instant) {
        misses.withLock { misses in
            if misses.count >= Self.entriesMax { misses = misses.filter { $0.value.until > now } }
            if misses.count >= Self.entriesMax { misses = [:] }
            var entry = misses[Self.key(address, email)] ?? Misses()
            if now - entry.last > .hours(1) { entry = Misses() }
            entry.count += 1
            entry.last = now
            if entry.count >= Self.free { entry.until = now + .seconds(Int64(15) << min(entry.count - Self.free, 7)) }
            misses[Self.key(address, email)] = entry
        }
    }

    func entered(_ address: String, _ email: String) { misses.withLock { $0[Self.key(address, email)] = nil } }

    private static func key(_ address: String, _ email: String) -> String { "\(address) \(email.lowercased().prefix(254))" }
}
