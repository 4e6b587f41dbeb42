// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How the units of one article are shared out among its listings, so that no more can be sold than is there: the sum of what all channels may
/// sell unheard stays at or under what is free, plus what the merchant accepts.
///
/// Each listing gets a share by its recent sales, half of it at first and the rest from the pool as it sells, so that a share follows demand
/// without being taken back. When the pool is empty, a share that is far too large is lowered, and its units are given on when the channel has
/// confirmed it: escrow, as in O'Neil's escrow method (1986) and Barbará and Garcia-Molina's demarcation protocol (1994).
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
            guard adds > 0 else { continue }
            wishes[seller.listing] = .show(base + adds)
            headroom -= adds
        }
        takeBack(missing, sellers, targets, headroom: headroom)
    }

    /// Lowers what is far too large, as long as somebody else has less than it should.
    private mutating func takeBack(_ missing: Int, _ sellers: [Seller], _ targets: [Int], headroom: Int) {
        var missing = max(missing, -headroom)
        for place in sellers.indices.sorted(by: { (sellers[$0].exposure ?? 0) - targets[$0] > (sellers[$1].exposure ?? 0) - targets[$1] }) {
            let seller = sellers[place]
            let exposure = seller.exposure ?? 0
            let spare = exposure - targets[place]
            guard missing > 0, spare > 0, wishes[seller.listing] == .leave, headroom < 0 || exposure > 2 * targets[place] else { continue }
            if seller.compares {
                let shown = seller.shown ?? exposure
                let less = min(shown, (min(spare, missing) + seller.each - 1) / seller.each * seller.each)
                guard less > 0 else { continue }
                wishes[seller.listing] = .show(shown - less)
                missing -= less
            } else if seller.shown != 0 {
                wishes[seller.listing] = .show(0)
                missing -= exposure
            }
        }
    }

    /// Shares by pace, by the largest remainder; never more than the merchant's rule allows, and what one may not have the others get.
    static func targets(_ units: Int, _ sellers: [Seller]) -> [Int] {
        var targets = sellers.map { _ in 0 }
        // Half stays in the pool while there is enough of it for everybody to have a few.
        var left = units >= poolFrom * sellers.count ? units / 2 : max(0, units)
        var open = sellers.indices.filter { sellers[$0].most > 0 }
        while left > 0, !open.isEmpty {
            let total = open.reduce(0) { $0 + max(1, sellers[$1].pace) }
            let shared = left
            func quota(_ place: Int) -> (whole: Int, rest: Int) {
                let product = shared * max(1, sellers[place].pace)
                return (product / total, product % total)
            }
            for place in open {
                let given = min(quota(place).whole, sellers[place].most - targets[place])
                targets[place] += given
                left -= given
            }
            let unfilled = open.filter { targets[$0] < sellers[$0].most }
            if unfilled.count == open.count {
                let byRest = open.sorted {
                    (quota($1).rest, sellers[$1].pace, sellers[$0].listing) < (quota($0).rest, sellers[$0].pace, sellers[$1].listing)
                }
                for place in byRest.prefix(left) { targets[place] += 1 }
                return targets
            }
            open = unfilled
        }
        return targets
    }

    /// Units for each listing from which on half of them wait in the pool.
    static let poolFrom = 4
}
