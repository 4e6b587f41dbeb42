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
///
/// A fixed article is shared out the same way, with no pool: `most` is what is left of the merchant's allocation, each listing gets all of it as far
/// as there is enough, and what stands above it is lowered.
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
    /// - Parameter isFixed: the merchant has said what each may have: nothing waits in a pool, and a change is followed at once.
    public init(units: Int, sellers: [Seller], isFixed: Bool = false) {
        guard sellers.allSatisfy({ $0.exposure != nil }) else {
            // What may be sold there is not bounded: nothing is raised before it is known.
            for seller in sellers { wishes[seller.listing] = seller.exposure == nil && !seller.isAsked ? .ask : .leave }
            return
        }
        let targets = Self.targets(units, sellers, keepsPool: !isFixed)
        var headroom = units - sellers.reduce(0) { $0 + max($1.exposure ?? 0, $1.compares ? $1.shown ?? 0 : 0) }
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
            // More stands there than may be sold: a cancellation or an edit that nobody heard of. How many it is, reading it tells.
            if seller.compares, let shown = seller.shown, shown > exposure {
                if !seller.isAsked { wishes[seller.listing] = .ask }
                continue
            }
            guard target >= seller.each, Self.isDue(seller, target, isFixed: isFixed, headroom: headroom) else { continue }
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
        if isFixed {
            lower(sellers, targets, headroom: headroom)
        } else {
            takeBack(missing, sellers, targets, headroom: headroom, isAnyEmpty: isAnyEmpty)
        }
        readAgain(sellers, areShort: missing > 0 || headroom < 0 || isFixed)
    }

    /// Whether it is to be given more now. A share waits until half of it is sold. A fixed one does not; but a blind channel, where a new set counts
    /// beside the old one for a while, only when there is enough for both.
    private static func isDue(_ seller: Seller, _ target: Int, isFixed: Bool, headroom: Int) -> Bool {
        let exposure = seller.exposure ?? 0
        return exposure <= target / 2 || isFixed && exposure < target && (seller.compares || headroom >= target)
    }

    /// Lowers what stands above the merchant's allocation, whether somebody else needs it or not.
    private mutating func lower(_ sellers: [Seller], _ targets: [Int], headroom: Int) {
        var headroom = headroom
        for (seller, target) in zip(sellers, targets) where wishes[seller.listing] == .leave {
            let spare = (seller.exposure ?? 0) - target
            guard spare > 0, seller.shown != 0 else { continue }
            // It shows no more than it should; what it may have sold besides is known with its orders.
            if headroom >= 0, seller.shown.map({ $0 <= target }) ?? seller.isAsked { continue }
            if seller.compares {
                let shown = seller.shown ?? target + spare
                wishes[seller.listing] = .show(max(0, shown - (spare + seller.each - 1) / seller.each * seller.each))
            } else if target > 0, headroom >= target {
                wishes[seller.listing] = .show(target)
                headroom -= target
            } else {
                wishes[seller.listing] = .show(0)
            }
        }
    }

    /// Where more may be sold than stands there, a set was lost, or an order is on its way: reading it settles which, once its orders are known.
    /// Where more was sold than could be, a cancellation is on its way, or somebody changed the count.
    private mutating func readAgain(_ sellers: [Seller], areShort: Bool) {
        for seller in sellers where wishes[seller.listing] == .leave && !seller.isAsked {
            guard let exposure = seller.exposure else { continue }
            let isUnsettled = areShort && seller.shown.map { exposure - $0 >= seller.each } ?? false
            if isUnsettled || exposure < 0 { wishes[seller.listing] = .ask }
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
    static func targets(_ units: Int, _ sellers: [Seller], keepsPool: Bool = true) -> [Int] {
        // Half stays in the pool while there is enough of it for everybody to have a few.
        let given = keepsPool ? max(units / 2, min(units, sharedFrom * sellers.count)) : units
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
    /// Who sold a hundred thousand units of late sells no faster: products of paces and units stay whole numbers.
    private static let paceMax = 100_000_000
}
