// SPDX-License-Identifier: Apache-2.0

import Catalog
import Storage
import Vocabulary

/// How fast something sells: what was sold, in thousandths of a unit, fading with time.
///
/// What was sold a while ago counts half after `fade`, a third after twice as long: whole numbers, so that every machine gets the same.
struct Pace: Hashable, Sendable {
    var units = 0
    var at = Instant(milliseconds: 0)

    static let fade = Span.hours(6)
    /// By then nothing is left of it.
    private static let goneMax = Span.days(4_000)

    func units(at now: Instant) -> Int {
        let gone = max(0, min((now - at).milliseconds, Self.goneMax.milliseconds))
        return Int(Int64(units) * Self.fade.milliseconds / (Self.fade.milliseconds + gone))
    }

    mutating func add(_ sold: Int, at now: Instant) {
        units = units(at: now) + sold * 1_000
        at = now
    }
}

extension ExposureTable {
    /// The paces by which an article is shared out: the listing's own, and a little of its account's, for articles that nobody bought yet.
    struct Paces {
        private let now: Instant
        private let accounts: [ID<AccountKind>: Int]
        private let total: Int

        init(at now: Instant, in transaction: Transaction) throws {
            self.now = now
            accounts = try ExposureTable.paces(in: transaction).mapValues { $0.units(at: now) }
            total = max(1, accounts.values.reduce(0, +))
        }

        func pace(of listing: Listing, _ kept: Kept?) -> Int {
            (kept?.pace.units(at: now) ?? 0) + Self.prior * (accounts[listing.account] ?? 0) / total + 10
        }

        /// All accounts together weigh like so many thousandths of a unit sold just now.
        private static let prior = 20_000
    }
}
