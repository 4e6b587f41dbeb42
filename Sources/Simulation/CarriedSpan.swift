// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A quantity that some request has to carry, at any moment from the one at which it was owed to the one at which it was confirmed.
public struct CarriedSpan: Hashable, Sendable {
    public var since: Instant
    public var until: Instant
    public init(since: Instant, until: Instant) {
        self.since = since
        self.until = until
    }

    /// The fewest requests that carry them all.
    /// - Parameter bulk: what one moment costs that carries everything owed then; nil: one request. Where it is not nil, one request carries one.
    public static func fewestRequests(_ spans: [CarriedSpan], bulk: Int?) -> Int {
        let spans = spans.sorted { ($0.until, $0.since) < ($1.until, $1.since) }
        guard let bulk else { return fewestMoments(spans) }
        // least[i]: the cheapest way in which the last moment that carries everything is the end of span i, for what ended before. Moments other
        // than ends meet no more than the next end does.
        var least = [Int](repeating: .max, count: spans.count)
        var all = spans.count
        for last in -1..<spans.count {
            let cost = last < 0 ? 0 : least[last]
            // Spans that lie between that moment and the next are carried one by one.
            var between = 0
            for next in (last + 1)..<max(spans.count, last + 1) {
                least[next] = min(least[next], cost + between + bulk)
                if last < 0 || spans[next].since > spans[last].until { between += 1 }
            }
            all = min(all, cost + between)
        }
        return all
    }

    /// The earliest end first, and everything that is owed then: the best there is.
    private static func fewestMoments(_ spans: [CarriedSpan]) -> Int {
        var moments = 0
        var latest: Instant?
        for span in spans where latest.map({ $0 < span.since }) ?? true {
            latest = span.until
            moments += 1
        }
        return moments
    }
}
