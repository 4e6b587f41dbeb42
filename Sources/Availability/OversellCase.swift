// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Units that were sold and are not there: what happened before, what of it was the cause, and what would have prevented it.
public struct OversellCase: Hashable, Sendable {
    /// One thing that happened to the article, by the clock of whoever it happened to.
    public struct Step: Hashable, Sendable {
        public enum What: Hashable, Sendable {
            /// The channel confirmed that so many stand there; sent when, as far as that was kept.
            case confirmed(Int, sentAt: Instant?)
            /// So many were seen there.
            case seen(Int)
            /// A push was not taken.
            case failed(String)
            /// A buyer took units, and the hub heard of it later.
            case sold(Int, order: ID<OrderKind>, heardAt: Instant)
            /// A buyer's units were free again.
            case cancelled(Int, order: ID<OrderKind>)
            /// Stock changed without an order; the reason is that of the entry.
            case stock(Int, reason: String)
            /// The hub was not running.
            case away(until: Instant)
        }
        public var at: Instant
        /// Where; nil for the hub's own shelf.
        public var account: ID<AccountKind>?
        public var what: What

        public init(at: Instant, account: ID<AccountKind>? = nil, _ what: What) {
            self.at = at
            self.account = account
            self.what = what
        }
    }

    /// What was at fault.
    public enum Cause: Hashable, Sendable {
        /// An order came while the hub was down, and what stood elsewhere was not lowered.
        case hubAway
        /// Somebody raised the count at the channel.
        case edited(ID<AccountKind>)
        /// Stock was corrected down after it had been offered.
        case corrected(units: Int)
        /// A set that did not know of a sale gave its units back, on a channel that takes sets blindly.
        case overtaken(ID<AccountKind>)
        /// Another channel sold the unit, and this one showed it still.
        case soldTwice(other: ID<AccountKind>)
        case unknown

        /// Stable, for programs and for words.
        public var name: String {
            switch self {
            case .hubAway: "hub-away"
            case .edited: "edited"
            case .corrected: "corrected"
            case .overtaken: "overtaken"
            case .soldTwice: "sold-twice"
            case .unknown: "unknown"
            }
        }
    }

    /// What would have prevented it.
    public enum Remedy: Hashable, Sendable {
        case guarded
        /// A lower limit of what may be oversold.
        case limit(Int)
        /// Units kept back.
        case buffer(Int)
        /// No more shown than that.
        case cap(Int)
        /// No setting: the count is to be changed in the hub.
        case inHub

        /// Stable, for programs and for words.
        public var name: String {
            switch self {
            case .guarded: "guarded"
            case .limit: "limit"
            case .buffer: "buffer"
            case .cap: "cap"
            case .inHub: "in-hub"
            }
        }
        public var units: Int? {
            switch self {
            case .limit(let units), .buffer(let units), .cap(let units): units
            case .guarded, .inHub: nil
            }
        }
    }

    /// Oldest first.
    public let steps: [Step]
    public let cause: Cause
    /// The first is the best.
    public let remedies: [Remedy]

    /// - Parameters:
    ///   - order: the one whose units are not there.
    ///   - units: how many of it are not there.
    ///   - steps: what is known of the article, in any order; the order itself is among them.
    ///   - blind: accounts that take sets without comparing.
    public init(
        order: ID<OrderKind>, on account: ID<AccountKind>, units: Int, steps: [Step], blind: Set<ID<AccountKind>>, policy: SellingPolicy
    ) {
        self.steps = steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        let evidence = Evidence(self.steps, order: order, on: account)
        cause = evidence?.cause(isBlind: blind.contains(account)) ?? .unknown
        remedies = Self.remedies(against: cause, units: units, shown: evidence?.standing?.units, policy)
    }

    private static func remedies(against cause: Cause, units: Int, shown: Int?, _ policy: SellingPolicy) -> [Remedy] {
        // What a guarded article had already: it was oversold within its limit, or by what no share can know of.
        let shares: [Remedy] = !policy.kind.keepsLimit ? [.guarded] : policy.limit > 0 ? [.limit(max(0, policy.limit - units))] : []
        switch cause {
        case .edited: return [.inHub]
        case .corrected: return [.buffer(units)]
        case .hubAway, .unknown: return shares
        case .soldTwice: return shares + [.buffer(units)]
        case .overtaken: return shares + (shown.map { [.cap(max(0, $0 - units))] } ?? [])
        }
    }
}

/// What a timeline says of one order, and what stood at its channel when its buyer took the units.
private struct Evidence {
    typealias Step = OversellCase.Step
    /// The word before the sale on what stood there.
    struct Standing {
        var at: Instant
        var sentAt: Instant?
        var units: Int
        var isSeen: Bool
        /// From when on the hub could not have known better: when it was sent, else when it was seen.
        var knownAt: Instant { sentAt ?? at }
    }
    private let steps: [Step]
    private let order: ID<OrderKind>
    private let account: ID<AccountKind>
    private let placedAt: Instant
    private let heardAt: Instant
    let standing: Standing?

    /// Nil when the order is not among the steps.
    init?(_ steps: [Step], order: ID<OrderKind>, on account: ID<AccountKind>) {
        let own = steps.lazy.compactMap { step -> (Instant, Instant)? in
            if case .sold(_, order, let heardAt) = step.what { (step.at, heardAt) } else { nil }
        }.first
        guard let (placedAt, heardAt) = own else { return nil }
        self.steps = steps
        self.order = order
        self.account = account
        self.placedAt = placedAt
        self.heardAt = heardAt
        standing = Self.standing(steps, on: account, until: placedAt)
    }

    private static func standing(_ steps: [Step], on account: ID<AccountKind>, until moment: Instant) -> Standing? {
        steps.last { step in
            guard step.account == account, step.at <= moment else { return false }
            switch step.what {
            case .confirmed, .seen: return true
            default: return false
            }
        }.flatMap { step in
            switch step.what {
            case .confirmed(let units, let sentAt): Standing(at: step.at, sentAt: sentAt, units: units, isSeen: false)
            case .seen(let units): Standing(at: step.at, sentAt: nil, units: units, isSeen: true)
            default: nil
            }
        }
    }

    func cause(isBlind: Bool) -> OversellCase.Cause {
        if isEdited { return .edited(account) }
        if wasAway { return .hubAway }
        if let units = corrected { return .corrected(units: units) }
        if isBlind, isOvertaken { return .overtaken(account) }
        if let other = rival { return .soldTwice(other: other) }
        return .unknown
    }

    /// More was seen than had stood there before, and no cancellation explains it.
    private var isEdited: Bool {
        guard let standing, standing.isSeen,
            let before = Self.standing(steps, on: account, until: Instant(milliseconds: standing.at.milliseconds - 1)), standing.units > before.units
        else { return false }
        return !steps.contains { step in
            guard step.account == account, before.at <= step.at, step.at <= standing.at, case .cancelled = step.what else { return false }
            return true
        }
    }

    /// The order, or another that was heard of before it, was placed while the hub was down.
    private var wasAway: Bool {
        let placed = sales.filter { $0.heardAt <= heardAt && $0.at >= standing?.knownAt ?? .distantPast }.map(\.at)
        return steps.contains { step in
            guard case .away(let until) = step.what else { return false }
            return placed.contains { step.at <= $0 && $0 < until }
        }
    }

    private var sales: [(at: Instant, account: ID<AccountKind>?, order: ID<OrderKind>, heardAt: Instant)] {
        steps.compactMap { step in
            if case .sold(_, let order, let heardAt) = step.what { (step.at, step.account, order, heardAt) } else { nil }
        }
    }

    /// Units that were taken off the shelf by hand after the figure had left for the channel, and before the order was heard of.
    private var corrected: Int? {
        guard let standing else { return nil }
        let taken = steps.reduce(0) { sum, step in
            guard case .stock(let change, _) = step.what, change < 0, standing.knownAt <= step.at, step.at <= heardAt else { return sum }
            return sum - change
        }
        return taken > 0 ? taken : nil
    }

    /// Another of the channel's own sales came before the set took effect, and the hub had not heard of it when it sent the set.
    private var isOvertaken: Bool {
        guard let standing, !standing.isSeen, standing.units > 0 else { return false }
        return sales.contains {
            $0.account == account && $0.order != order && $0.at <= standing.at && $0.heardAt >= standing.knownAt && $0.heardAt <= heardAt
        }
    }

    /// Another channel's sale was heard of first, after the figure had left that this channel still showed.
    private var rival: ID<AccountKind>? {
        let since = standing?.knownAt ?? .distantPast
        return sales.last { $0.account != account && $0.account != nil && since <= $0.heardAt && $0.heardAt <= heardAt }?.account
    }
}
