// SPDX-License-Identifier: Apache-2.0

public import Ledger
public import Vocabulary

/// The stock accounts of a variant at a location. On hand = available + reserved; the others are the world outside the shelf.
public enum StockAccounts {
    /// On the shelf and free to be promised.
    public static let available = BalanceKind(1, "available", mayBeNegative: false)
    /// On the shelf and promised to an order.
    public static let reserved = BalanceKind(2, "reserved", mayBeNegative: false)
    /// Where received units come from.
    public static let suppliers = BalanceKind(3, "suppliers", mayBeNegative: true)
    /// Where shipped units are, less what came back.
    public static let buyers = BalanceKind(4, "buyers", mayBeNegative: true)
    /// Counted differences, losses, finds and write-offs.
    public static let adjustments = BalanceKind(5, "adjustments", mayBeNegative: true)

    public static let kinds = [available, reserved, suppliers, buyers, adjustments]

    public static func account(_ variant: ID<VariantKind>, _ location: ID<LocationKind>, _ kind: BalanceKind) -> Account {
        Account(LedgerUnit(variant: variant), owner: location.number, kind)
    }
}
