// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Vocabulary

/// The machine's own time, which never goes back while the process lives (`SteadyClock`).
public struct MachineClock: TimeSource {
    private static let steady = SteadyClock(
        timeOfDay: { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }, steady: { microseconds() })

    public init() {}

    public func now() -> Instant { Self.steady.now() }

    public func wait(until moment: Instant) async throws {
        try await Self.steady.wait(until: moment) { try await Task.sleep(for: .milliseconds($0.milliseconds)) }
    }

    /// Counts on while the machine sleeps, where the system has such a clock.
    private static func microseconds() -> Int64 {
        var time = timespec()
        #if os(Linux)
            clock_gettime(CLOCK_BOOTTIME, &time)
        #else
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
