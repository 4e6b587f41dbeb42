// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Journal
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Broken messages` {
    static let mugs = ShopStreet.articles(["MUG": 20])

    /// The order's first message, with its text changed and signed anew.
    private func message(_ shop: Int, _ street: ShopStreet, _ change: (String) -> String) async throws -> HTTPRequest {
        let messages = await street.intercept(shop)
        let order = try #require(
            messages.first { ["orders/create", "order.created"].contains($0.headers[shop == 0 ? "X-Shopify-Topic" : "X-WC-Webhook-Topic"] ?? "") })
        let changed = change(order.text)
        #expect(changed != order.text)
        return await street.signed(order, body: Array(changed.utf8), shop: shop)
    }

    // Pain 24: frappe/ecommerce_integrations#338.
    @Test(arguments: 0..<2) func `one broken message among good ones is set aside by name and can be replayed; its neighbours and its order arrive`(
        shop: Int
    ) async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(shop, "A-1", [("MUG", 1)])
            let broken = try await message(shop, street) { String($0.dropLast(20)) }
            await street.buy(shop, "B-1", [("MUG", 2)])
            let good = await street.intercept(shop)
            #expect(try await street.receive(broken) == 200, "stored, so acknowledged")
            for message in good { #expect(try await street.receive(message) == 200) }
            try await street.readInbox()
            #expect(try await street.orders().map(\.header.reference).count == 1, "the neighbour is in")
            let parked = try #require(try await street.hub.store.read { try Exceptions.list(in: $0) }.first)
            #expect(parked.kind == "malformed-message" && parked.subject.kind == "inbox")
            #expect(try await street.hub.store.read { try Inbox.body(of: parked.subject.number, in: $0) } == broken.body, "nothing of it is lost")
            #expect(try await street.hub.store.write { try Inbox.replay(parked.subject.number, in: $0) })
            try await street.readInbox()
            #expect(try await street.exceptions() == ["malformed-message"], "still broken: one exception, still there")
            try await street.settle()
        }
        #expect(try await street.orders().count == 2, "the poll brought the order of the broken message")
        #expect(try await street.stock("MUG") == (available: 17, reserved: 3, short: 0))
    }

    @Test(arguments: 0..<2) func `a negative quantity and an unknown currency are named, kept with their message, and take no stock`(shop: Int)
        async throws
    {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(shop, "A-1", [("MUG", 2)])
            let negative = try await message(shop, street) {
                $0.replacing("\"quantity\":2", with: "\"quantity\":-2").replacing("\"current_quantity\":2", with: "\"current_quantity\":-2")
            }
            await street.buy(shop, "B-1", [("MUG", 2)])
            let currency = try await message(shop, street) { $0.replacing("GBP", with: "XQX") }
            for message in [negative, currency] { #expect(try await street.receive(message) == 200) }
            try await street.readInbox()
            let parked = try await street.hub.store.read { try Exceptions.list(in: $0) }
            #expect(parked.map(\.kind).sorted() == ["negative-quantity", "unknown-currency"])
            for exception in parked {
                #expect(exception.subject.kind == "inbox")
                #expect(try await street.hub.store.read { try Inbox.body(of: exception.subject.number, in: $0) } != nil)
            }
            #expect(try await street.stock("MUG") == (available: 20, reserved: 0, short: 0))
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 16, reserved: 4, short: 0), "the poll brought both orders as they are")
    }

    @Test func `a wrong signature is 401, a missing header 400, an unknown account 404, a message over the limit 413, and none of them is stored`()
        async throws
    {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            let stored = try await street.hub.store.read { try $0.number("SELECT COUNT(*) FROM inbox") }
            for (shop, header) in [(0, "X-Shopify-Hmac-SHA256"), (1, "X-WC-Webhook-Signature")] {
                await street.buy(shop, "A-\(shop)", [("MUG", 1)])
                let real = try #require(await street.intercept(shop).first { $0.headers[header] != nil })
                var forged = real
                forged.body.append(0x20)
                for _ in 0..<5 { #expect(try await street.receive(forged) == 401) }
                forged.headers[header] = nil
                #expect(try await street.receive(forged) == 401)
                var bare = real
                bare.headers[shop == 0 ? "X-Shopify-Topic" : "X-WC-Webhook-Topic"] = nil
                #expect(try await street.receive(bare) == 400)
                var lost = real
                lost.url = "http://127.0.0.1:4000/hooks/77"
                #expect(try await street.receive(lost) == 404)
            }
            var toAmazon = HTTPRequest(.post, "http://127.0.0.1:4000/hooks/3")
            toAmazon.body = Array("{}".utf8)
            #expect(try await street.receive(toAmazon) == 404, "Amazon calls no address")
            #expect(await street.receiver.refuseTooLarge(for: street.account(1)).rawValue == 413)
            #expect(try await street.hub.store.read { try $0.number("SELECT COUNT(*) FROM inbox") } == stored)
            #expect(
                try await street.exceptions().sorted() == ["bad-signature", "bad-signature", "message-too-large"],
                "one for each shop, not one for each forgery")
            try await street.settle()
        }
        #expect(try await street.orders().count == 2, "what was turned away is found by the poll")
    }

    @Test(arguments: 0..<3) func `an order of an unknown SKU is taken in as an exception, and takes its stock when a person says what it is`(
        shop: Int
    ) async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(shop, "A-1", [("GHOST", 2), ("MUG", 1)], ignoresShelf: true)
            try await street.settle()
            #expect(try await street.exceptions() == ["unknown-sku"])
            #expect(try await street.stock("MUG") == (available: 19, reserved: 1, short: 0), "the line that is known holds its unit")
            let order = try await street.order(shop)
            let line = try #require(order.lines.firstIndex { $0.variant == nil })
            #expect(try await street.map(order, line: line, to: "MUG") == .now)
            #expect(try await street.map(order, line: line, to: "MUG") == .before)
            try await street.settle()
        }
        #expect(try await street.exceptions() == [])
        #expect(try await street.stock("MUG") == (available: 17, reserved: 3, short: 0))
        #expect(await street.shelves("MUG") == [17, 17, 17])
    }

    // Pain 24: the cause is mended, then the replay brings the order.
    @Test(arguments: 0..<3) func `one unreadable order in a poll stops no other, is named, and arrives by replay once the shop has mended it`(
        shop: Int
    ) async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(shop, "A-1", [("MUG", 1)], price: "77.77")
            await street.loseWebhooks()
            await street.buy(shop, "B-1", [("MUG", 2)])
            let number = Turnstile()
            await street.twins[shop].disturb { _, response in
                var response = response
                let text = String(decoding: response.body, as: UTF8.self)
                guard text.contains("\"77.77\"") else { return response }
                _ = number.take()
                response.body = Array(Self.spoiled(text).utf8)
                return response
            }
            for _ in 0..<10 {
                await street.step(.milliseconds(300))
                await street.loseWebhooks()
            }
            try await street.until("the unreadable order is named", deliver: false) { try !Exceptions.list(in: $0).isEmpty }
            try await street.settle(deliver: false)
            #expect(number.count > 0)
            #expect(try await street.orders().map(\.header.total) == [1695], "its neighbour is in")
            let parked = try await street.hub.store.read { try Exceptions.list(in: $0) }
            #expect(parked.map(\.kind) == ["bad-money"])
            let exception = try #require(parked.first)
            #expect(exception.subject.kind == "job")
            await street.twins[shop].disturb(nil)
            #expect(try await street.hub.store.write { try Jobs.replay(exception.subject.number, at: street.clock.now(), in: $0) })
            try await street.settle(deliver: false)
            await street.loseWebhooks()
        }
        #expect(try await street.orders().count == 2)
        #expect(try await street.stock("MUG") == (available: 17, reserved: 3, short: 0))
        #expect(try await street.exceptions() == [])
    }

    /// The price of the expensive order as no channel writes it.
    private static func spoiled(_ text: String) -> String { text.replacing("\"77.77\"", with: "\"seventy-seven\"") }

    @Test func `messages that wait while a shop's settings are broken stop no other shop, and are read once the settings are mended`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning { try await street.settle() }
        await street.buy(0, "A-1", [("MUG", 1)])
        await street.buy(1, "B-1", [("MUG", 2)])
        for shop in 0..<2 { for message in await street.intercept(shop) { #expect(try await street.receive(message) == 200) } }
        let good = await street.twins[0].settings
        try await street.hub.store.write {
            try ChannelAccountTable.update(street.account(0), settings: ChannelSettings(["address": "?"]), isConnected: true, in: $0)
        }
        try await street.whileRunning {
            try await street.until("the other shop's order is in", deliver: false) { try $0.number("SELECT COUNT(*) FROM orders") == 1 }
            try await street.readInbox()
            let parked = try await street.hub.store.read { try Exceptions.list(kind: "account-settings", in: $0) }
            #expect(!parked.isEmpty)
            try await street.hub.store.write { transaction in
                try ChannelAccountTable.update(street.account(0), settings: good, isConnected: true, in: transaction)
                for exception in parked {
                    #expect(try Inbox.replay(exception.subject.number, in: transaction))
                    try Exceptions.close(number: exception.number, resolution: "replayed", at: street.clock.now(), in: transaction)
                }
            }
            try await street.readInbox()
            #expect(try await street.orders().count == 2)
            try await street.settle()
        }
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
    }

    @Test func `a text that the database does not keep is set aside by name, and what stands beside it is sold and counted`() async throws {
        let articles = ShopStreet.articles(["MUG": 20]) + [TwinSeed.Article(sku: "TIN", title: "T\u{0}in", price: "6.50", quantity: 3)]
        let street = try await ShopStreet(articles: articles)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            for shop in 0..<3 { await street.buy(shop, "A-\(shop)", [("MUG", 1)]) }
            try await street.settle()
        }
        #expect(try await street.orders().count == 3)
        #expect(try await street.stock("MUG") == (available: 17, reserved: 3, short: 0))
        // SQLite keeps every character; PostgreSQL does not have NUL.
        #expect(try await street.exceptions().contains("import-failed") == (Engine.current == .postgres))
    }
}
