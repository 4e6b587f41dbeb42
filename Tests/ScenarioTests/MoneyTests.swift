// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Ledger
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Cents that do not add up` {
    static let mugs = ShopStreet.articles(["MUG": 10])

    private func balance(_ street: ShopStreet, _ kind: BalanceKind, shop: Int) async throws -> Int64 {
        let account = Account(LedgerUnit(currency: .gbp), owner: street.account(shop).number, kind)
        return try await street.hub.store.read { try street.hub.ledger.balances(of: [account], in: $0)[account] ?? 0 }
    }

    // Pain 30: mirakl/magento2-seller-connector#19, magento_integration#186, woocommerce#25641.
    @Test func `a total that is a cent off its parts is taken as the shop says it; the cent is kept in sight and blocks nothing`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        await street.twins[1].disturb { request, response in
            guard request.path.contains("/orders") else { return response }
            var response = response
            response.body = Array(String(decoding: response.body, as: UTF8.self).replacing("\"total\":\"23.45\"", with: "\"total\":\"23.46\"").utf8)
            return response
        }
        try await street.whileRunning {
            try await street.settle()
            await street.buy(1, "A-1", [("MUG", 3)])
            for _ in 0..<10 {
                await street.step(.milliseconds(200))
                await street.loseWebhooks()
            }
            try await street.settle(deliver: false)
            let order = try await street.order(1)
            #expect(order.header.total == 2346)
            #expect(OrderFold(order).money.difference == 1)
            #expect(try await balance(street, MoneyAccounts.difference, shop: 1) == -1)
            #expect(try await balance(street, MoneyAccounts.receivable, shop: 1) == 2346)
            #expect(try await street.exceptions() == [])
            try await street.ship(order, tracking: "RM-1", key: "parcel")
            try await street.settle(deliver: false)
            #expect(try await street.status(1) == .shipped)
        }
        #expect(try await street.differences() == [])
    }

    // Pain 30.
    @Test(arguments: 0..<3) func `prices with more decimals than money has keep the shop's own total`(shop: Int) async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(shop, "A-1", [("MUG", 3)], price: "3.3333")
            try await street.settle()
            let order = try await street.order(shop)
            #expect(order.header.total == 1000 + 395)
            try await street.refund(order, [.init(position: 0, units: 1, restock: true)], key: "r-1")
            try await street.settle()
            try await street.refund(street.order(shop), [.init(position: 0, units: 2, restock: true)], shipping: 395, key: "r-2")
            try await street.settle()
            let paidBack = OrderFold(try await street.order(shop)).refunded
            #expect(paidBack == 1395, "in two steps, exactly what was paid")
        }
        #expect(try await balance(street, MoneyAccounts.receivable, shop: shop) == 0)
        #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0))
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
    }
}
