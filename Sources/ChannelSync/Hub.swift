// SPDX-License-Identifier: Apache-2.0

public import Inventory
public import Ledger
public import Orders
public import Storage
public import Vocabulary

/// What every door needs to reach the rooms: the store, the books and the clock.
public struct Hub: Sendable {
    public let store: any Store
    public let ledger: LedgerBook
    public let stock: StockDesk
    public let orders: OrderDesk
    public let clock: any TimeSource

    public init(store: any Store, clock: any TimeSource) {
        self.store = store
        self.clock = clock
        ledger = LedgerBook(StockAccounts.kinds + MoneyAccounts.kinds)
        stock = StockDesk(ledger)
        orders = OrderDesk(stock)
    }
}
