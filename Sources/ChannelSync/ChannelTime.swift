// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// How far a channel's clock is from the hub's, by the `Date` of its latest answer.
///
/// What the hub asks a channel for ("changed since") and what it concludes from the answer ("every order up to then is known") is in the channel's
/// time: so that a hub whose clock is wrong, or is put right meanwhile, misses nothing.
struct ChannelTime: Sendable {
    /// The channel's clock less the hub's; nil until an answer told.
    private(set) var ahead: Span?
    private let isTold: Bool

    /// - Parameter isTold: false where answers have another time's `Date`.
    init(isTold: Bool) { self.isTold = isTold }

    /// An answer came. Its `Date` is when it was made, rounded down to a second: the channel's clock shows no less now.
    mutating func adopt(_ response: HTTPResponse, at now: Instant) {
        guard isTold else { return }
        if let date = response.headers["date"].flatMap(HTTPDate.moment) { ahead = date - now }
    }

    /// What the channel's clock shows at the least at the hub's moment: the hub's own time where no answer ever told.
    func least(at moment: Instant) -> Instant { ahead.map { moment + $0 } ?? moment }

    /// What it shows at the most just after an answer: the `Date` of the answer was rounded down.
    func most(at moment: Instant) -> Instant { ahead.map { moment + $0 + .seconds(1) } ?? moment }
}
