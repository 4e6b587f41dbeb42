// SPDX-License-Identifier: Apache-2.0

import Ledger
public import Storage
public import Vocabulary

/// Gives free units of the variants to those who wait for them, the oldest promise first, from the locations that serve each of them.
///
/// It follows everything that makes units free: goods that come in, a count, a cancellation, a return.
public struct ServeWaiting: Sendable {
    public var variants: Set<ID<VariantKind>>
    /// Why the units are there now: `reserve-on-receipt`, `reserve-on-release`.
    public var verb: String
    public var actor: String
    public var at: Instant

    public init(variants: Set<ID<VariantKind>>, verb: String, actor: String, at: Instant) {
        self.variants = variants
        self.verb = verb
        self.actor = actor
        self.at = at
    }

    public func run(with desk: StockDesk, in transaction: Transaction) throws {
        var waiting: [(claim: StockSheet.Claim, promise: StockDesk.Promise)] = []
        for variant in variants.sorted() { waiting += try desk.waiting(for: variant, in: transaction) }
        guard !waiting.isEmpty else { return }
        let service = try LocationTable.service(in: transaction)
        let holders = Set(waiting.map(\.claim.holder)).sorted()
        var sheet = try desk.sheet(
            variants: Set(waiting.map(\.claim.variant)).sorted(), locations: service.locations.map(\.id), holders: holders, in: transaction)
        var postings: [Posting] = []
        for (claim, promise) in waiting {
            for location in service.locations(for: promise.account) {
                for (_, transfer) in sheet.fill([claim], at: location) {
                    postings.append(Posting(at: at, cause: .init("order", claim.holder.number), actor: actor, verb: verb, transfers: [transfer]))
                }
            }
        }
        try desk.ledger.post(postings, in: transaction)
        // Serving a part does not send anybody to the end of the line: the promise keeps its moment.
        let promises = Dictionary(waiting.map { ($0.claim.holder, $0.promise) }, uniquingKeysWith: { $0.at < $1.at ? $0 : $1 })
        try desk.save(sheet, new: [], promisedAt: { promises[$0]?.at ?? at }, account: { promises[$0]?.account }, in: transaction)
    }
}

extension LocationService {
    /// Shortages of accounts that could be served from these locations: what comes in there next is promised already.
    /// A shortage that only other locations can fill takes nothing from these.
    public func shortage(_ units: [ID<AccountKind>?: Int], at locations: [ID<LocationKind>]) -> Int {
        let asked = Set(locations)
        return units.reduce(0) { $0 + (asked.isDisjoint(with: self.locations(for: $1.key)) ? 0 : $1.value) }
    }
}
