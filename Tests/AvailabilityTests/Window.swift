// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import RoomSupport
import Storage
import Vocabulary

/// A shop window: articles, their listings on two accounts, and what the hub wants shown of them.
struct Window: Sendable {
    static let near = ID<AccountKind>(1)
    static let far = ID<AccountKind>(2)
    let rooms: Rooms
    let main: ID<LocationKind>
    let depot: ID<LocationKind>
    let mug: ID<VariantKind>
    let tin: ID<VariantKind>
    let set: ID<VariantKind>

    /// Two mugs and one tin are a set. Each account lists all three.
    init(_ rooms: Rooms) async throws {
        self.rooms = rooms
        main = try await rooms.location("Main", priority: 1)
        depot = try await rooms.location("Depot", priority: 2)
        mug = try await rooms.article("MUG")
        tin = try await rooms.article("TIN")
        set = try await rooms.article("SET", of: ["MUG": 2, "TIN": 1])
        for account in [Self.near, Self.far] {
            let seen = ["MUG", "TIN", "SET"].map { Self.listing($0) }
            _ = try await rooms.store.write { try SeeListings(account: account, seen: seen, createsProducts: false, at: Rooms.morning).run(in: $0) }
        }
    }

    static func listing(_ sku: String, isActive: Bool = true, byChannel: Bool = false, keepsCount: Bool = true) -> SeenListing {
        SeenListing(
            productKey: sku, variantKey: sku, stockKey: sku, sku: sku, title: sku, gtin: nil, price: nil, options: [], isActive: isActive,
            isFulfilledByChannel: byChannel, keepsCount: keepsCount)
    }

    func see(_ listing: SeenListing, account: ID<AccountKind> = near) async throws {
        let work = SeeListings(account: account, seen: [listing], createsProducts: false, at: Rooms.morning)
        _ = try await rooms.store.write { try work.run(in: $0) }
    }

    func decide(at now: Instant = Rooms.morning) async throws {
        let (work, ledger) = (DecideQuantities(variants: [mug, tin], at: now), rooms.ledger)
        _ = try await rooms.store.write { try work.run(ledger: ledger, in: $0) }
    }

    func publication(_ sku: String = "MUG", account: ID<AccountKind> = near) async throws -> Publication? {
        try await rooms.store.read { transaction in
            try ListingTable.find(account: account, variantKey: sku, in: transaction).flatMap {
                try PublicationTable.publication(of: $0.id, in: transaction)
            }
        }
    }

    /// What the hub wants the account to show: mugs, tins, sets.
    func wanted(_ account: ID<AccountKind> = near) async throws -> [Int?] {
        var wanted: [Int?] = []
        for sku in ["MUG", "TIN", "SET"] { wanted.append(try await publication(sku, account: account)?.wanted) }
        return wanted
    }

    /// An order that holds or waits for units.
    func promise(_ units: Int, of variant: ID<VariantKind>, order: Int64, from locations: [ID<LocationKind>]) async throws {
        let window = self
        try await rooms.store.write { transaction in
            let stock = window.rooms.stock
            var sheet = try stock.sheet(variants: [variant], locations: locations, holders: [ID(order)], in: transaction)
            let transfers = sheet.hold([(.init(ID(order), line: 0, variant), units)], from: locations)
            if !transfers.isEmpty {
                let posting = Posting(at: Rooms.morning, cause: .init("order", order), actor: "test", verb: "order", transfers: transfers)
                try stock.ledger.post([posting], in: transaction)
            }
            try stock.save(sheet, new: [], promisedAt: { _ in Rooms.morning }, account: { _ in Self.near }, in: transaction)
        }
    }
}
