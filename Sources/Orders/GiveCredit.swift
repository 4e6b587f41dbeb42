// SPDX-License-Identifier: Apache-2.0

public import Ledger
public import Storage
public import Vocabulary

/// Money given back (or, negative, taken) without an order that it could belong to: a return without a receipt, a bad debt.
public struct GiveCredit: Sendable {
    public var key: String
    public var account: ID<AccountKind>
    public var amount: Money
    public var note: String
    public var actor: String
    public var at: Instant

    public init(key: String, account: ID<AccountKind>, amount: Money, note: String, actor: String, at: Instant) {
        self.key = key
        self.account = account
        self.amount = amount
        self.note = note
        self.actor = actor
        self.at = at
    }

    public func run(with ledger: LedgerBook, in transaction: Transaction) throws -> Done {
        let number = try transaction.takeNumbers("credits")
        let isNew = try transaction.execute(
            """
            INSERT INTO credits (number, key, at, account, currency, amount, note)
            VALUES (\(number), \(key), \(at.milliseconds), \(account.number), \(amount.currency.code), \(amount.minor), \(note)) ON CONFLICT (key) DO NOTHING
            """)
        guard isNew > 0 else { return .before }
        guard let transfer = MoneyAccounts.transfer(MoneyAccounts.returns, -amount.minor, amount.currency, account) else { return .now }
        try ledger.post(
            [Posting(at: at, cause: .init("credit", number), actor: actor, verb: "credit", note: note, transfers: [transfer])], in: transaction)
        return .now
    }
}
