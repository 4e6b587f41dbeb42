// SPDX-License-Identifier: Apache-2.0

public import Ledger
import Vocabulary

/// The money accounts of a channel account, in each currency. A sale moves from what was earned to what is owed to the merchant.
public enum MoneyAccounts {
    /// What buyers and the channel owe.
    public static let receivable = BalanceKind(64, "receivable", mayBeNegative: true)
    public static let sales = BalanceKind(65, "sales", mayBeNegative: true)
    public static let tax = BalanceKind(66, "tax", mayBeNegative: true)
    public static let shipping = BalanceKind(67, "shipping", mayBeNegative: true)
    public static let fees = BalanceKind(68, "fees", mayBeNegative: true)
    /// What channels' totals have beyond their parts: cents of rounding, gift wrap told nowhere. Kept in sight, never spread.
    public static let difference = BalanceKind(69, "difference", mayBeNegative: true)
    /// Goods given back: what sales were worth less.
    public static let returns = BalanceKind(70, "returns", mayBeNegative: true)

    public static let kinds = [receivable, sales, tax, shipping, fees, difference, returns]

    /// The transfers that carry the books from one state of an order's money to another.
    static func transfers(from old: OrderFold.Money, to new: OrderFold.Money, _ currency: Currency, _ account: ID<AccountKind>) -> [Transfer] {
        let changes: [(BalanceKind, Int64)] = [
            (sales, new.goods - old.goods), (tax, new.tax - old.tax), (shipping, new.shipping - old.shipping), (fees, new.fees - old.fees),
            (difference, new.difference - old.difference),
        ]
        return changes.compactMap { kind, amount in transfer(kind, amount, currency, account) }
    }

    /// The transfers of a refund: goods to returns, tax and shipping back to where they came from, the rest to the difference.
    static func transfers(of refund: Refund, _ currency: Currency, _ account: ID<AccountKind>) -> [Transfer] {
        let goods = refund.lines.reduce(0) { $0 + $1.net }
        let tax = refund.lines.reduce(refund.shippingTax) { $0 + $1.tax }
        let rest = refund.total - goods - tax - refund.shipping
        let parts: [(BalanceKind, Int64)] = [(returns, -goods), (Self.tax, -tax), (shipping, -refund.shipping), (difference, -rest)]
        return parts.compactMap { kind, amount in transfer(kind, amount, currency, account) }
    }

    /// A positive amount is owed more, a negative one less.
    static func transfer(_ kind: BalanceKind, _ amount: Int64, _ currency: Currency, _ account: ID<AccountKind>) -> Transfer? {
        guard amount != 0 else { return nil }
        let unit = LedgerUnit(currency: currency)
        let earned = Account(unit, owner: account.number, kind)
        let owed = Account(unit, owner: account.number, receivable)
        return amount > 0 ? Transfer(from: earned, to: owed, amount: amount) : Transfer(from: owed, to: earned, amount: -amount)
    }
}
