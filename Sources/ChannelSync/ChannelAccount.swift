// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Storage
public import Vocabulary

/// One connected shop or seller account.
public struct ChannelAccount: Hashable, Sendable {
    public var id: ID<AccountKind>
    /// The connector's name: `shopify`.
    public var channel: String
    /// The merchant's own name for it.
    public var name: String
    public var settings: ChannelSettings
    /// Whether listings of unknown SKUs become products of the hub.
    public var createsProducts: Bool
    public var isConnected: Bool
}

/// The only writer of `channel_accounts`.
public enum ChannelAccountTable {
    public static let signal = "channel-accounts"
    private static let columns: SQL = "number, channel, name, settings, creates_products, is_connected"

    public static func add(
        channel: String, name: String, settings: ChannelSettings, createsProducts: Bool, at now: Instant, in transaction: Transaction
    ) throws -> ID<AccountKind> {
        let name = name.trimmed
        guard !name.isEmpty, name.utf8.count <= 100 else { throw Refusal(.invalid, "channel.bad-name") }
        let taken = try transaction.number("SELECT number FROM channel_accounts WHERE name = \(name)")
        guard taken == nil else { throw Refusal(.conflict, "channel.name-taken", ["name": name]) }
        let number = try transaction.takeNumbers("channel_accounts")
        try transaction.execute(
            """
            INSERT INTO channel_accounts (number, channel, name, settings, creates_products, is_connected, created_at)
            VALUES (\(number), \(channel), \(name), \(text(settings)), \(createsProducts), 1, \(now.milliseconds))
            """)
        transaction.signal(signal)
        return ID(number)
    }

    /// Changes the settings (a new address or secret). Mappings and orders stay.
    public static func update(_ id: ID<AccountKind>, settings: ChannelSettings, isConnected: Bool, in transaction: Transaction) throws {
        try transaction.execute("UPDATE channel_accounts SET settings = \(text(settings)), is_connected = \(isConnected) WHERE number = \(id.number)")
        transaction.signal(signal)
    }

    public static func all(in transaction: Transaction) throws -> [ChannelAccount] {
        try transaction.all("SELECT \(columns) FROM channel_accounts ORDER BY number", read)
    }

    public static func find(_ id: ID<AccountKind>, in transaction: Transaction) throws -> ChannelAccount? {
        try transaction.first("SELECT \(columns) FROM channel_accounts WHERE number = \(id.number)", read)
    }

    private static func text(_ settings: ChannelSettings) -> String {
        JSONValue.object(settings.values.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }).text
    }

    private static func read(_ row: any Row) throws -> ChannelAccount {
        let values = try JSON.parse(row.text(3)).members.map { ($0.name, $0.value.string ?? "") }
        return ChannelAccount(
            id: ID(row.integer(0)), channel: row.text(1), name: row.text(2), settings: ChannelSettings(Dictionary(values, uniquingKeysWith: { $1 })),
            createsProducts: row.bool(4), isConnected: row.bool(5))
    }
}
