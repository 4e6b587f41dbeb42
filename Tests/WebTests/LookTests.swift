// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Foundation
import Hummingbird
import JSONText
import Journal
import Orders
import SQLiteStorage
import Storage
import Synchronization
import Testing
import Vocabulary
import Web

/// For eyes: `TRIBUTARY_LOOK=8091 swift test --filter LookTests` serves a full house for two minutes, to be visited by `Tests/Browser/look.py`.
@Suite struct LookTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["TRIBUTARY_LOOK"] != nil))
    func `a house to look at`() async throws {
        let port = Int(ProcessInfo.processInfo.environment["TRIBUTARY_LOOK"] ?? "") ?? 8091
        let seconds = Int(ProcessInfo.processInfo.environment["TRIBUTARY_LOOK_SECONDS"] ?? "") ?? 120
        let house = try await TestHouse()
        try await furnish(house)
        let speed = Mutex(60.0)
        let settings = WebSettings(
            cookieSecure: false, demo: DemoControls(speed: { speed.withLock { $0 } }, setSpeed: { new in speed.withLock { $0 = new } }),
            productVersion: "0.1.0",
            timeZone: "Europe/London", testChannel: { _, _ in .init(name: "Riverbank Gifts", currency: .gbp) })
        let router = Router(context: WebContext.self)
        WebDoor(hub: house.hub, connectors: quietConnectors, settings: settings).addRoutes(to: router)
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await app.run() }
            group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Two hundred orders of two days, some shipped, cancelled, refunded, and each kind of trouble.
    private func furnish(_ house: TestHouse) async throws {
        let skus = TestHouse.articles.map(\.sku)
        var generator = SplitMix64(seed: 11)
        var ids: [ID<OrderKind>] = []
        for index in 0..<200 {
            let at = TestHouse.start - .minutes(Int64(generator.next() % 2880))
            let sku = skus[Int(generator.next() % 5)]
            var lines = [(sku: sku, units: 1)]
            if index % 4 == 0 { lines.append((sku: skus[5 + Int(generator.next() % 7)], units: 1)) }
            if index == 30 { lines = [("MYSTERY-7", 2)] }
            if index % 25 == 3 { lines = [("TEA-SET", 1)] }
            let news = try await house.news(
                "\(1000 + index)", account: Int(generator.next() % 8) * 3 / 8, lines, at: at,
                buyer: ["Ida Buyer", "Jonas Köhler", "Maria del Carmen Fernández", "李小龙"][index % 4])
            ids += try await house.importOrders([news])
        }
        let orders = house.hub.orders
        let now = TestHouse.start
        for (index, id) in ids.enumerated() {
            _ = try? await house.store.write { transaction in
                if index % 3 == 0 {
                    let tracking = Shipment.Tracking(
                        carrier: "Royal Mail", number: "RM\(100_000 + index)GB", url: "https://www.royalmail.com/track/\(index)")
                    _ = try ShipOrder(order: id, units: nil, tracking: tracking, key: "k\(index)", actor: "person:owner@example.test", at: now).run(
                        with: orders, in: transaction)
                }
                if index % 17 == 5 { _ = try CancelOrder(order: id, actor: "person:owner@example.test", at: now).run(with: orders, in: transaction) }
                if index % 21 == 0 {
                    let line = RefundOrder.Line(position: 0, units: 1, restock: index % 2 == 0)
                    _ = try RefundOrder(order: id, lines: [line], shipping: 0, key: "r\(index)", actor: "person:owner@example.test", at: now).run(
                        with: orders, in: transaction)
                }
            }
        }
        try await house.publish()
        house.clock.set(now + .minutes(3))
        _ = try await house.order("1300", account: 1, [("MUG-BLUE", 2), ("TEA-SET", 1), ("CANDLE-L", 6)])
        try await house.publish(acknowledge: false)
        let account = house.accounts[2]
        try await house.store.write { transaction in
            try Inbox.store(
                account: house.accounts[0], key: "m1", topic: "orders/create", body: Array("{\"id\": 450789469, \"email\": <broken>".utf8), at: now,
                in: transaction)
            for message in try Inbox.begin(limit: 1, in: transaction) {
                try Inbox.park(message.number, in: transaction)
                try Exceptions.open(
                    kind: "malformed-message", key: "inbox:\(message.number)", account: house.accounts[0], subject: .init("inbox", message.number),
                    detail: ["topic": "orders/create", "why": "unexpectedByte at byte 28"], at: now, in: transaction)
            }
            for _ in 0..<2 { try SyncStreamTable.failed(account, .quantities, problem: "503 Service Unavailable", at: now, in: transaction) }
        }
    }
}
