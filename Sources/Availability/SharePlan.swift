// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How the units of one article are shared out among its listings, so that no more can be sold than is there: the sum of what all channels may
/// sell unheard stays at or under what is free, plus what the merchant accepts.
///
/// Each listing gets a share by its recent sales, and more from the pool as it sells, so that a share follows demand without being taken back.
/// When the pool is empty, a share that is far too large is lowered, or any that is too large while a shop has nothing, and its units are given
/// on when the channel has confirmed it: escrow, as in O'Neil's escrow method (1986) and Barbará and Garcia-Molina's demarcation protocol (1994).
///
/// A channel with blind sets is counted twice while its orders are not known (`Exposure`), so its share is raised when it is nearly sold, and
/// taken back by showing nothing.
public struct SharePlan: Hashable, Sendable {
    /// A listing that sells the article, in units of the article.
    public struct Seller: Hashable, Sendable {
        public var listing: ID<ListingKind>
        /// The most it may sell unheard; nil when nobody knows.
        public var exposure: Int?
        /// What is believed to stand there; nil when nobody knows.
        public var shown: Int?
        /// A set there replaces what was believed, or does nothing.
        public var compares: Bool
        /// It was read, and the orders up to then are not known yet.
        public var isAsked: Bool
        /// How much it sells, in any unit that is the same for all.
        public var pace: Int
        /// Units of the article in one that is sold there.
        public var each: Int
        /// The merchant's rule allows no more.
        public var most: Int

        public init(listing: ID<ListingKind>, exposure: Int?, shown: Int?, compares: Bool, isAsked: Bool = false, pace: Int, each: Int, most: Int) {
            self.listing = listing
            self.exposure = exposure
            self.shown = shown
            self.compares = compares
            self.isAsked = isAsked
            self.pace = pace
            self.each = each
            self.most = most
        }
    }

    /// What a listing should show.
    public enum Wish: Hashable, Sendable {
        case show(Int)
        /// What stands there, whatever it is.
        case leave
        /// Nobody knows what stands there: it is to be read first.
        case ask
    }

    public private(set) var wishes: [ID<ListingKind>: Wish] = [:]

    /// - Parameter units: free and not promised, plus what the merchant accepts to be sold beyond.
    public init(units: Int, sellers: [Seller]) {
        guard sellers.allSatisfy({ $0.exposure != nil }) else {
            // What may be sold there is not bounded: nothing is raised before it is known.
            for seller in sellers { wishes[seller.listing] = seller.exposure == nil && !seller.isAsked ? .ask : .leave }
            return
        }
        let targets = Self.targets(units, sellers)
        var headroom = units - sellers.reduce(0) { $0 + ($1.exposure ?? 0) }
        // Who has least of what it should have is served first.
        let order = sellers.indices.sorted { left, right in
            let (a, b) = (sellers[left], sellers[right])
            let (x, y) = ((a.exposure ?? 0) * (targets[right] + 1), (b.exposure ?? 0) * (targets[left] + 1))
            return (x, -a.pace, a.listing) < (y, -b.pace, b.listing)
        }
        var missing = 0
        var isAnyEmpty = false
        for place in order {
            let seller = sellers[place]
            let (target, exposure) = (targets[place], seller.exposure ?? 0)
            wishes[seller.listing] = .leave
            guard target >= seller.each, exposure <= target / 2 else { continue }
            // With compare only the difference is added; blindly, all that is set.
            let base = seller.compares ? seller.shown ?? exposure : 0
            let wanted = seller.compares ? base + target - exposure : target
            let adds = min(wanted - base, headroom) / seller.each * seller.each
            missing += max(0, wanted - base - max(0, adds))
            guard adds > 0 else {
                if exposure < seller.each { isAnyEmpty = true }
                continue
            }
            wishes[seller.listing] = .show(base + adds)
            headroom -= adds
        }
        takeBack(missing, sellers, targets, headroom: headroom, isAnyEmpty: isAnyEmpty)
        if missing > 0 { readAgain(sellers) }
    }

    /// Where more may be sold than stands there, a set was lost, or an order is on its way: reading it settles which, once its orders are known.
    private mutating func readAgain(_ sellers: [Seller]) {
        for seller in sellers where wishes[seller.listing] == .leave && !seller.isAsked {
            if let exposure = seller.exposure, let shown = seller.shown, exposure - shown >= seller.each { wishes[seller.listing] = .ask }
        }
    }

    /// Lowers what is too large, as long as somebody else has less than it should: far too large, or at all where a shop has nothing to show.
    private mutating func takeBack(_ missing: Int, _ sellers: [Seller], _ targets: [Int], headroom: Int, isAnyEmpty: Bool) {
        var missing = max(missing, -headroom)
        for place in sellers.indices.sorted(by: { (sellers[$0].exposure ?? 0) - targets[$0] > (sellers[$1].exposure ?? 0) - targets[$1] }) {
            let seller = sellers[place]
            let (exposure, target) = (seller.exposure ?? 0, targets[place])
            let spare = exposure - target
            let isFarTooLarge = headroom < 0 || exposure > 2 * target
            guard missing > 0, spare > 0, wishes[seller.listing] == .leave else { continue }
            if seller.compares, isFarTooLarge || isAnyEmpty {
                let shown = seller.shown ?? exposure
                let less = min(shown, (min(spare, missing) + seller.each - 1) / seller.each * seller.each)
                guard less > 0 else { continue }
                wishes[seller.listing] = .show(shown - less)
                missing -= less
            } else if !seller.compares, seller.shown != 0, isFarTooLarge || isAnyEmpty && exposure >= 2 * target {
                wishes[seller.listing] = .show(0)
                missing -= exposure
            }
        }
    }

    /// What each should have. A unit goes where it is most likely to serve the next order that cannot be served without it: the first of a shop by
    /// how much of the article is sold there, its second a quarter as likely, its third a ninth. Never more than the merchant's rule allows.
    static func targets(_ units: Int, _ sellers: [Seller]) -> [Int] {
        // Half stays in the pool while there is enough of it for everybody to have a few.
        let given = max(units / 2, min(units, sharedFrom * sellers.count))
        // A seller's n-th unit is worth its pace by the square of n: its root by n.
        let weights = sellers.map { Int(Double(min(max(1, $0.pace), paceMax) * 100).squareRoot()) }
        guard given > 0, let top = weights.max(), let least = weights.min() else { return sellers.map { _ in 0 } }
        func share(_ place: Int, at level: Int) -> Int { min(sellers[place].most / sellers[place].each, level * weights[place] / top) }
        func taken(at level: Int) -> Int { sellers.indices.reduce(0) { $0 + share($1, at: level) * sellers[$1].each } }
        // The highest level of worth that can be served for all; the few units left over go one by one.
        var (level, tooHigh) = (0, given * top / least + top)
        while level + 1 < tooHigh {
            let middle = (level + tooHigh) / 2
            if taken(at: middle) <= given { level = middle } else { tooHigh = middle }
        }
        var turns = sellers.indices.map { share($0, at: level) }
        var left = given - taken(at: level)
        while true {
            let open = sellers.indices.filter { (turns[$0] + 1) * sellers[$0].each <= sellers[$0].most && sellers[$0].each <= left }
            func isWorthMore(_ one: Int, _ other: Int) -> Bool { weights[one] * (turns[other] + 1) > weights[other] * (turns[one] + 1) }
            guard let best = open.min(by: isWorthMore) else { break }
            turns[best] += 1
            left -= sellers[best].each
        }
        return zip(turns, sellers).map { $0 * $1.each }
    }

    /// Units for each listing up to which all of them are shared out.
    static let sharedFrom = 3
    /// Who sold a million units of late sells no faster.
    private static let paceMax = 1_000_000_000
}
