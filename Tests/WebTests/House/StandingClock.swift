// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Vocabulary

/// A clock that stands until it is set.
final class StandingClock: TimeSource {
    private let moment: Mutex<Instant>
    init(_ start: Instant) { moment = Mutex(start) }
    func now() -> Instant { moment.withLock { $0 } }
    func set(_ instant: Instant) { moment.withLock { $0 = instant } }
    func wait(until moment: Instant) async throws { throw CancellationError() }
}
