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
        /// Fewer than nothing are believed to stand there (a till sells what is not counted), and more than that may be sold: a set would add what is
        /// missing to what may be sold, though nobody can buy it. Reading it tells.
        public var isBelowNothing: Bool
        /// How much it sells, in any unit that is the same for all.
        public var pace: Int
        /// Units of the article in one that is sold there.
        public var each: Int
        /// The merchant's rule allows no more.
        public var most: Int

        public init(
            listing: ID<ListingKind>, exposure: Int?, shown: Int?, compares: Bool, isAsked: Bool = false, isBelowNothing: Bool = false, pace: Int,
            each: Int, most: Int
        ) {
            self.listing = listing
            self.exposure = exposure
            self.shown = shown
            self.compares = compares
            self.isAsked = isAsked
            self.isBelowNothing = isBelowNothing
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
        var lack = Lack()
        for (place, seller) in zip(sellers.indices, sellers) {
            wishes[seller.listing] = .leave
            // More stands there than may be sold: a cancellation or an edit that nobody heard of. How many it is, reading it tells.
            let isDoubtful = isSaidToHaveMore(seller) || seller.isBelowNothing
            if isDoubtful, !seller.isAsked { wishes[seller.listing] = .ask }
            if isDoubtful || targets[place] < seller.each { lack.without.insert(place) }
        }
        // Whose raise is worth most is served first.
        let gains = sellers.indices.map { sellers[$0].gain(upTo: targets[$0]) }
        for place in sellers.indices.sorted(by: { (-gains[$0], sellers[$0].listing) < (-gains[$1], sellers[$1].listing) }) {
            let (seller, target) = (sellers[place], targets[place])
            guard !lack.without.contains(place), Self.isDue(seller, target, isFixed: isFixed, headroom: headroom) else { continue }
            let exposure = seller.exposure ?? 0
            // With compare only the difference is added; blindly, all that is set.
            let base = seller.compares ? seller.shown ?? exposure : 0
            let wanted = seller.compares ? base + target - exposure : target
            let adds = max(0, min(wanted - base, headroom) / seller.each * seller.each)
            // A blind set of no more than may be sold there already would show less and count beside it.
            let isInVain = adds == 0 || !seller.compares && adds < wanted && adds <= exposure
            let given = isInVain ? 0 : adds
            lack.note(wanted - base - given, worth: seller.gain(from: max(0, exposure) + given, upTo: target))
            guard !isInVain else { continue }
            wishes[seller.listing] = .show(base + adds)
            headroom -= adds
        }
        if isFixed {
            lower(sellers, targets, headroom: headroom)
        } else {
            takeBack(lack, sellers, targets, headroom: headroom)
        }
        readAgain(sellers, areShort: lack.units > 0 || headroom < 0 || isFixed)
    }

    /// What could not be given.
    private struct Lack {
        var units = 0
        /// What the most useful of it would be worth.
        var worth = 0
        /// Sellers that are given nothing, whatever there is.
        var without: Set<Int> = []

        mutating func note(_ units: Int, worth: Int) {
            guard units > 0 else { return }
            self.units += units
            self.worth = max(self.worth, worth)
        }
    }

    private func isSaidToHaveMore(_ seller: Seller) -> Bool { seller.compares && seller.shown.map { $0 > seller.exposure ?? 0 } ?? false }

    /// Whether it is to be given more now. A share waits until half of it is sold, where it is so small that an order may need all of it until one unit is.
    /// A fixed one does not wait; but a blind channel, where a new set counts beside the old one for a while, only when there is enough for both.
    private static func isDue(_ seller: Seller, _ target: Int, isFixed: Bool, headroom: Int) -> Bool {
        let exposure = seller.exposure ?? 0
        guard exposure < target else { return false }
        if isFixed { return exposure <= target / 2 || seller.compares || headroom >= target }
        return exposure <= target / 2 || target <= UnitWorth.ordersMax * seller.each
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

    /// Lowers what is too large, as long as somebody else has less than it should: where what it loses is worth less than what another gains by it,
    /// by enough to be worth two requests.
    private mutating func takeBack(_ lack: Lack, _ sellers: [Seller], _ targets: [Int], headroom: Int) {
        var missing = max(lack.units, -headroom)
        let least = UnitWorth.one / 50 * sellers.reduce(0) { $0 + $1.weight }
        for place in sellers.indices.sorted(by: { (sellers[$0].exposure ?? 0) - targets[$0] > (sellers[$1].exposure ?? 0) - targets[$1] }) {
            let (seller, target) = (sellers[place], targets[place])
            let exposure = seller.exposure ?? 0
            let spare = exposure - target
            guard missing > 0, spare > 0, wishes[seller.listing] == .leave, seller.compares || seller.shown != 0 else { continue }
            let taken = seller.compares ? min(spare, missing) : spare
            let isWorthIt = lack.worth - seller.gain(from: exposure - taken, upTo: exposure) >= least
            guard headroom < 0 || isWorthIt else { continue }
            if seller.compares {
                let shown = seller.shown ?? exposure
                let less = min(shown, (taken + seller.each - 1) / seller.each * seller.each)
                guard less > 0 else { continue }
                wishes[seller.listing] = .show(shown - less)
                missing -= less
            } else {
                wishes[seller.listing] = .show(0)
                missing -= exposure
            }
        }
    }
}
