// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What is at stake while one owed figure waits: a channel's rate limit is a budget, spent first where most is.
///
/// How fast it sells, how little there is of it, how long it has waited. The first two weigh at most so much that whoever waits comes to its turn:
/// a figure of the least weight goes before every other that waited a hundred-and-twenty-eighth of its time.
public struct PushRisk: Hashable, Sendable {
    public var listing: ID<ListingKind>
    /// What is to be shown; nil when it is to be read first.
    public var wanted: Int?
    /// What is believed to stand there; nil when nobody knows.
    public var standing: Int?
    /// What it sold of late, in thousandths of a unit.
    public var pace: Int
    public var waited: Span

    public init(listing: ID<ListingKind>, wanted: Int?, standing: Int?, pace: Int, waited: Span) {
        self.listing = listing
        self.wanted = wanted
        self.standing = standing
        self.pace = pace
        self.waited = waited
    }

    /// From 1 to `weightMax`.
    public var weight: Int {
        let velocity = 1 + min(7, max(0, pace) / 1_000)
        let scarcity = max(1, 8 / (1 + (wanted ?? 0)))
        // More is shown than should be, or nobody knows: buyers may be sold what is not there. Too little shown only sells less.
        let isTooMuch = wanted.map { wanted in standing.map { $0 > wanted } ?? true } ?? true
        return velocity * scarcity * (isTooMuch ? 2 : 1)
    }

    public static let weightMax = 8 * 8 * 2
    private static let waitedMax = Span.days(4_000)

    private var score: Int64 { Int64(weight) * (max(0, min(waited, Self.waitedMax).milliseconds) + 1_000) }

    /// The pushes that are sent first, most at risk first.
    public static func first(_ limit: Int, of all: [PushRisk]) -> [PushRisk] {
        Array(all.sorted { ($1.score, $0.listing) < ($0.score, $1.listing) }.prefix(limit))
    }
}
