// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

extension OrderShop {
    fileprivate func page(_ filter: OrderFilter = OrderFilter(), after cursor: String? = nil, limit: Int = 50) async throws -> Page<OrderRow> {
        try await rooms.store.read { try OrderList.page(filter, after: cursor, limit: limit, in: $0) }
    }

    /// The references of the orders that the filter lets through, as they are listed.
    fileprivate func found(_ change: (inout OrderFilter) -> Void) async throws -> [String] {
        var filter = OrderFilter()
        change(&filter)
        return try await page(filter).items.map(\.reference)
    }

    /// The references, page by page, following each page's way to the next.
    fileprivate func pages(of limit: Int) async throws -> [[String]] {
        var pages: [[String]] = []
        var cursor: String?
        repeat {
            let page = try await self.page(after: cursor, limit: limit)
            pages.append(page.items.map(\.reference))
            cursor = page.next
        } while cursor != nil && pages.count < 10
        return pages
    }
}

@Suite(.onEachEngine) struct `A list of orders` {
    @Test func `shows of each order what a person looks for`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3), ("tin", 2)]))
            _ = try await shop.refund(order, [.init(position: 0, units: 1, restock: true)])
            let page = try await shop.page()
            #expect(page.items.count == 1 && page.next == nil)
            let row = try #require(page.items.first)
            #expect(row.id == order && row.account == shop.told.shop)
            #expect(row.reference == "#A-1" && row.placedAt == Rooms.morning)
            #expect(row.status == .open && row.payment == .paid)
            #expect(row.total == Money(minor: 3360, .gbp))
            #expect(row.refunded == Money(minor: 600, .gbp))
            #expect(row.units == 5 && row.exceptions == 0)
            #expect(row.buyer == "Ida Buyer" && row.country == "GB")
        }
    }

    @Test func `goes page by page, newest first, and loses none of one moment`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let orders: [(name: String, hour: Int64)] = [("A", 1), ("B", 2), ("C", 2), ("D", 3), ("E", 4)]
            for (name, hour) in orders {
                let news = shop.told.about(name).placed([("mug", 1)])
                _ = try await shop.order(news.with { $0.header.placedAt = Rooms.morning + .hours(hour) })
            }
            #expect(try await shop.pages(of: 2) == [["#E", "#D"], ["#C", "#B"], ["#A"]])
            #expect(try await shop.pages(of: 3) == [["#E", "#D", "#C"], ["#B", "#A"]])
            #expect(try await shop.pages(of: 5) == [["#E", "#D", "#C", "#B", "#A"]], "a page that is just full is the last")
            #expect(try await shop.pages(of: 0).map(\.count) == [1, 1, 1, 1, 1], "a page has at least one")
            let newest = try await rooms.store.read { try OrderList.page(OrderFilter(), limit: 1, in: $0) }
            #expect(newest.items.map(\.reference) == ["#E"] && newest.next != nil)
            for cursor in ["yesterday", "1.two", "one.2", "1.2.3", ""] {
                let page = try await shop.page(after: cursor)
                #expect(page.items.first?.reference == "#E", "\(cursor) is no place in the list: it begins at the beginning")
            }
        }
    }

    @Test func `has the orders of one status and no other`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let told = shop.told
            let (partial, shipped, closed) = (told.about("partial"), told.about("shipped"), told.about("closed"))
            _ = try await shop.order(told.about("open").placed([("mug", 1)]))
            _ = try await shop.order(told.about("held").placed([("mug", 1)], isOnHold: true))
            _ = try await shop.order(partial.placed([("mug", 2)]), partial.parcel("p1", [("mug", 1)]))
            _ = try await shop.order(shipped.placed([("mug", 1)]), shipped.parcel("p1", [("mug", 1)]))
            _ = try await shop.order(closed.placed([("mug", 1)]), closed.refund("r1", [("mug", 1)], .removed))
            _ = try await shop.order(told.about("cancelled").placed([("mug", 1)], isCancelled: true))
            _ = try await shop.order(told.about("draft").placed([("mug", 1)], claimsStock: false))
            _ = try await shop.order(told.about("by-channel").placed([("mug", 1)], isFulfilledByChannel: true))
            for status in Order.Status.allCases {
                let found = try await shop.found { $0.status = status }
                #expect(found == ["#" + status.rawValue])
            }
        }
    }

    @Test func `is narrowed by shop, payment and time`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let orders: [(name: String, account: Int64, payment: Order.Payment, hour: Int64)] = [
                ("A", 1, .pending, 1), ("B", 2, .paid, 2), ("C", 1, .paid, 3),
            ]
            for (name, account, payment, hour) in orders {
                let news = shop.told.about(name, at: ID(account)).placed([("mug", 1)], payment: payment)
                _ = try await shop.order(news.with { $0.header.placedAt = Rooms.morning + .hours(hour) })
            }
            let second = Rooms.morning + .hours(2)
            #expect(try await shop.found { $0.account = ID(1) } == ["#C", "#A"])
            #expect(try await shop.found { $0.payment = .paid } == ["#C", "#B"])
            #expect(try await shop.found { $0.payment = .voided } == [])
            #expect(try await shop.found { $0.from = second } == ["#C", "#B"], "from that moment on")
            #expect(try await shop.found { $0.to = second } == ["#A"], "up to that moment, without it")
            let both = try await shop.found { filter in
                filter.account = ID(1)
                filter.payment = .paid
            }
            #expect(both == ["#C"], "all that is asked for has to be so")
        }
    }

    @Test func `tells which orders somebody has to look at`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            _ = try await shop.order(shop.told.about("known").placed([("mug", 1)]))
            let unknown = try await shop.order(shop.told.about("unknown").placed([("jar", 1)]))
            #expect(try await shop.found { $0.needsAttention = true } == ["#unknown"])
            #expect(try await shop.page().items.map(\.exceptions) == [1, 0])
            _ = try await shop.cancel(unknown)
            #expect(try await shop.found { $0.needsAttention = true } == [], "what is mended is no trouble")
            #expect(try await shop.page().items.map(\.exceptions) == [0, 0])
        }
    }

    @Test func `is searched by reference, article and buyer`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let jonas = OrderBuyer(name: "Jonas Maler", email: "jonas@example.test")
            _ = try await shop.order(shop.told.about("1001").placed([("mug", 1)]))
            _ = try await shop.order(shop.told.about("1002").placed([("jar", 1)]).with { $0.buyer = jonas })
            let finds: [(text: String, references: [String])] = [
                ("1001", ["#1001"]), ("#1002", ["#1002"]), ("  1001 ", ["#1001"]), ("100", []),
                ("ida b", ["#1001"]), ("Buyer", []), ("JONAS@", ["#1002"]), ("example", []),
                ("mug", ["#1001"]), ("Jar", ["#1002"]), ("tin", []),
                (" ", ["#1002", "#1001"]), (String(repeating: "x", count: 101), []),
            ]
            for (text, references) in finds {
                let found = try await shop.found { $0.search = text }
                #expect(found == references, "looking for “\(text)”")
            }
        }
    }

    @Test func `names orders by their numbers`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let first = try await shop.order(shop.told.about("1001").placed([("mug", 1)]))
            let second = try await shop.order(shop.told.about("1002").placed([("mug", 1)]))
            let names = try await rooms.store.read { try OrderList.references(of: [first.number, second.number, 99], in: $0) }
            #expect(names == [first.number: "#1001", second.number: "#1002"])
            #expect(try await rooms.store.read { try OrderList.references(of: [], in: $0) } == [:])
        }
    }

    @Test(arguments: ["currency = 'XXX'", "status = 'eaten'", "payment = 'shells'"])
    func `shows no order whose row says what nobody knows, and tells which it is`(plant: String) async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 1)]))
            _ = try await rooms.store.write { try $0.execute(SQL("UPDATE orders SET " + plant)) }
            let failure = StorageFailure.other("order \(order) has an unknown currency, payment or status")
            await #expect(throws: failure) { try await shop.page() }
            await #expect(throws: failure) { try await shop.record(order) }
        }
    }
}
