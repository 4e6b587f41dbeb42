// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Journal
import Ledger
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary
import WooCommerceChannel

@Suite(.onEachEngine) struct `How news arrives` {
    static let mugs = ShopStreet.articles(["MUG": 20])

    // Pain 16: mirakl/magento2-seller-connector#4, enupal/stripe#196.
    @Test(arguments: 0..<2) func `an order that comes by webhook and by several polls at once is one order`(shop: Int) async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(shop, "A-1", [("MUG", 2)])
            let messages = await street.intercept(shop)
            #expect(messages.count > 1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await street.engine.syncOnce(street.account(shop)) } }
                for message in messages {
                    group.addTask {
                        let status = try await street.receive(message)
                        #expect(status == 200)
                    }
                }
                try await group.waitForAll()
            }
            try await street.settle()
        }
        #expect(try await street.orders().count == 1)
        #expect(try await street.stock("MUG") == (available: 18, reserved: 2, short: 0))
    }

    // Pain 17: ShopifySharp#919, woocommerce#28329.
    @Test(arguments: 0..<2) func `the same webhook five times at the same instant is acknowledged five times and counted once`(shop: Int) async throws
    {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(shop, "A-1", [("MUG", 2)])
            for message in await street.intercept(shop) {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<5 { group.addTask { try await street.receive(message) } }
                    for try await status in group { #expect(status == 200) }
                }
            }
            try await street.readInbox()
            try await street.settle()
        }
        let mug = LedgerUnit(variant: try await street.variant("MUG"))
        let verbs = try await street.hub.store.read { try street.hub.ledger.history(of: mug, in: $0).map(\.verb) }
        #expect(verbs == ["opening", "order"])
    }

    // Pain 18: woocommerce#59381, #15620.
    @Test func `orders, payments, cancellations and refunds whose webhooks were all lost are found by polling`() async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            for shop in 0..<3 {
                await street.buy(shop, "A-\(shop)", [("MUG", 2)])
                await street.buy(shop, "B-\(shop)", [("MUG", 2)])
                await street.buy(shop, "C-\(shop)", [("MUG", 1)], isPaid: false)
            }
            await street.loseWebhooks()
            try await street.settle(deliver: false)
            await street.loseWebhooks()
            #expect(try await street.orders().count == 9)
            for shop in 0..<3 {
                await street.act(shop, .cancel(reference: "A-\(shop)"))
                await street.act(shop, .pay(reference: "C-\(shop)"))
            }
            for shop in 0..<2 { await street.act(shop, .refund(reference: "B-\(shop)", lines: [.init(line: 0, quantity: 1, restock: true)])) }
            for _ in 0..<10 {
                await street.step(.milliseconds(300))
                await street.loseWebhooks()
            }
            try await street.settle(deliver: false)
        }
        #expect(try await street.stock("MUG") == (available: 13, reserved: 7, short: 0))
        let orders = try await street.orders()
        #expect(orders.filter { OrderFold($0).status == .cancelled }.count == 3)
        #expect(orders.filter { $0.header.payment == .pending }.isEmpty)
        #expect(orders.flatMap(\.refunds).filter { $0.total == 650 }.count == 2)
    }

    @Test(arguments: 0..<3) func `an order of the half hour in which its shop answered nothing is found when it answers again`(shop: Int) async throws
    {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.twins[shop].refuse { _ in HTTPResponse(503) }
            await street.buy(shop, "A-1", [("MUG", 2)])
            for _ in 0..<360 {
                await street.step(.seconds(5))
                await street.loseWebhooks()
            }
            #expect(try await street.orders().isEmpty)
            await street.twins[shop].refuse(nil)
            try await street.settle(deliver: false)
            await street.loseWebhooks()
        }
        #expect(try await street.orders().count == 1)
        #expect(try await street.stock("MUG") == (available: 18, reserved: 2, short: 0))
    }

    // Pain 19: woocommerce#8876.
    @Test func `webhooks that WooCommerce switched off are switched on again, and nothing of the silent hours is missing`() async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            // The hub's door answers 500 for a while: seven failures in a row switch a webhook off.
            for number in 0..<8 {
                await street.buy(1, "A-\(number)", [("MUG", 1)])
                await street.step(.milliseconds(500))
                for webhook in await street.twins[1].departures(at: street.clock.now()) {
                    await street.twins[1].delivered(webhook, status: 500, at: street.clock.now())
                }
            }
            let hooks = await street.woo(.get, "webhooks")
            #expect(hooks.map { String(decoding: $0.body, as: UTF8.self).contains(#""disabled""#) } == true)
            try await street.settle()
            #expect(try await street.orders().count == 8, "the poll found them")
            try await street.pass(.minutes(31))
            let mended = await street.woo(.get, "webhooks")
            #expect(mended.map { String(decoding: $0.body, as: UTF8.self).contains(#""disabled""#) } == false)
            await street.buy(1, "B-1", [("MUG", 1)])
            let messages = await street.intercept(1)
            #expect(messages.contains { $0.headers["X-WC-Webhook-Topic"] == "order.created" }, "the shop speaks again")
            for message in messages { _ = try await street.receive(message) }
            try await street.settle()
        }
        #expect(try await street.orders().count == 9)
        #expect(try await street.stock("MUG") == (available: 11, reserved: 9, short: 0))
    }

    // Pain 20: frappe/ecommerce_integrations#425.
    @Test func `paid before created, refunded before either: any order of arrival gives the same order`() async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(0, "A-1", [("MUG", 3)], isPaid: false)
            var messages = await street.intercept(0)
            await street.act(0, .pay(reference: "A-1"))
            messages += await street.intercept(0)
            await street.act(0, .refund(reference: "A-1", lines: [.init(line: 0, quantity: 1, restock: true)]))
            messages += await street.intercept(0)
            let topics = messages.compactMap { $0.headers["X-Shopify-Topic"] }
            #expect(topics.contains("orders/create") && topics.contains("orders/paid") && topics.contains("refunds/create"))
            for message in messages.reversed() {
                #expect(try await street.receive(message) == 200)
                try await street.readInbox()
            }
            let order = try await street.order(0)
            #expect(order.header.payment == .partiallyRefunded)
            #expect(order.refunds.map(\.total) == [650])
            #expect(OrderFold(order).lines.map(\.toHold) == [2])
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 18, reserved: 2, short: 0))
        #expect(try await street.orders().count == 1)
    }
}
