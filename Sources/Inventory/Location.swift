// SPDX-License-Identifier: Apache-2.0

import Catalog
public import Storage
public import Vocabulary

/// A place where stock lies: a warehouse, a shop, a stall.
public struct Location: Hashable, Sendable {
    public var id: ID<LocationKind>
    public var name: String
    /// Lower is asked first.
    public var priority: Int
    /// Whether its stock is offered on channels at all.
    public var sellsOnline: Bool
}

/// The only writer of `locations` and `account_locations`.
public enum LocationTable {
    public static func create(name: String, priority: Int = 100, sellsOnline: Bool = true, in transaction: Transaction) throws -> ID<LocationKind> {
        let number = try transaction.takeNumbers("locations")
        try transaction.execute(
            "INSERT INTO locations (number, name, priority, sells_online) VALUES (\(number), \(name), \(priority), \(sellsOnline))")
        return ID(number)
    }

    public static func all(in transaction: Transaction) throws -> [Location] {
        try transaction.all("SELECT number, name, priority, sells_online FROM locations ORDER BY priority, number") { row in
            Location(id: ID(row.integer(0)), name: row.text(1), priority: row.int(2), sellsOnline: row.bool(3))
        }
    }

    /// Says which locations serve a channel account. None means: all that sell online.
    public static func serve(_ account: ID<AccountKind>, from locations: [ID<LocationKind>], in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM account_locations WHERE account = \(account.number)")
        try transaction.execute(
            "INSERT INTO account_locations (account, location) VALUES (?, ?)",
            each: locations.map { [.integer(account.number), .integer($0.number)] })
        try StockChanges.mark(Set(ListingTable.listings(of: account, in: transaction).compactMap(\.variant)), in: transaction)
    }

    /// The locations that serve each account, in the order they are asked.
    public static func service(in transaction: Transaction) throws -> LocationService {
        let all = try all(in: transaction)
        var chosen: [ID<AccountKind>: Set<ID<LocationKind>>] = [:]
        try transaction.forEach("SELECT account, location FROM account_locations") {
            chosen[ID($0.integer(0)), default: []].insert(ID($0.integer(1)))
        }
        return LocationService(locations: all, chosen: chosen)
    }
}

/// Which locations serve which channel account: one channel never shows or takes another's warehouse.
public struct LocationService: Hashable, Sendable {
    public let locations: [Location]
    private let chosen: [ID<AccountKind>: Set<ID<LocationKind>>]

    public init(locations: [Location], chosen: [ID<AccountKind>: Set<ID<LocationKind>>]) {
        self.locations = locations.sorted { ($0.priority, $0.id) < ($1.priority, $1.id) }
        self.chosen = chosen
    }

    public func locations(for account: ID<AccountKind>?) -> [ID<LocationKind>] {
        guard let account, let chosen = chosen[account], !chosen.isEmpty else { return locations.filter(\.sellsOnline).map(\.id) }
        return locations.map(\.id).filter(chosen.contains)
    }
}
