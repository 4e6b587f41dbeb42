// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The queue of exceptions, looked through` {
    private static let order = Event.Subject("order", 17)
    private static let job = Event.Subject("job", 3)
    private static let shop = ID<AccountKind>(2)
    private static let oversold = "oversold"
    private static let unknown = "unknown-sku"

    private func open(
        _ key: String, kind: String = oversold, account: ID<AccountKind>? = nil, subject: Event.Subject = order, _ rooms: Rooms
    ) async throws {
        try await rooms.store.write { transaction in
            try Exceptions.open(
                kind: kind, key: key, account: account, subject: subject, detail: ["key": .string(key)], at: Rooms.morning, in: transaction)
        }
    }

    @Test func `is narrowed by kind, by subject, and by both`() async throws {
        try await withRooms { rooms in
            try await open("a", rooms)
            try await open("b", kind: Self.unknown, rooms)
            try await open("c", subject: Self.job, rooms)
            func keys(_ kind: String?, _ subject: Event.Subject?) async throws -> [String?] {
                try await rooms.store.read { try Exceptions.list(kind: kind, subject: subject, in: $0).map { $0.detail["key"]?.string } }
            }
            #expect(try await keys(nil, nil) == ["c", "b", "a"])
            #expect(try await keys(Self.oversold, nil) == ["c", "a"])
            #expect(try await keys(nil, Self.order) == ["b", "a"])
            #expect(try await keys(Self.oversold, Self.order) == ["a"])
            #expect(try await keys(Self.unknown, Self.job) == [])
        }
    }

    @Test func `is read a page at a time`() async throws {
        try await withRooms { rooms in
            for key in ["a", "b", "c", "d", "e"] { try await open(key, rooms) }
            var pages: [[String?]] = []
            for offset in [0, 2, 4, 6] {
                pages.append(
                    try await rooms.store.read { try Exceptions.list(limit: 2, offset: offset, in: $0).map { $0.detail["key"]?.string } })
            }
            #expect(pages == [["e", "d"], ["c", "b"], ["a"], []])
        }
    }

    @Test func `knows what is open by its key and by how keys begin, letter for letter`() async throws {
        try await withRooms { rooms in
            try await open("unread:1:A_7", rooms)
            func isAnyOpen(_ prefix: String) async throws -> Bool {
                try await rooms.store.read { try Exceptions.isAnyOpen(keysBeginning: prefix, in: $0) }
            }
            func isOpen(_ key: String) async throws -> Bool { try await rooms.store.read { try Exceptions.isOpen(key: key, in: $0) } }
            #expect(try await isOpen("unread:1:A_7"))
            #expect(try await !isOpen("unread:1:A"))
            #expect(try await isAnyOpen("unread:1:"))
            #expect(try await !isAnyOpen("unread:2:"))
            #expect(try await !isAnyOpen("unread:%"), "no sign stands for others")
            #expect(try await !isAnyOpen("unread:_:"))
            #expect(try await rooms.store.write { try Exceptions.close(key: "unread:1:A_7", resolution: "read", at: Rooms.morning, in: $0) })
            #expect(try await !isOpen("unread:1:A_7"))
            #expect(try await !isAnyOpen("unread:1:"))
        }
    }

    @Test func `shows one by its number until it is closed, once`() async throws {
        try await withRooms { rooms in
            try await open("a", account: Self.shop, rooms)
            try await open("b", rooms)
            let number = try #require(try await rooms.store.read { try Exceptions.list(in: $0) }.last).number
            let found = try #require(try await rooms.store.read { try Exceptions.find(number, in: $0) })
            #expect(found.detail["key"]?.string == "a")
            #expect(found.kind == Self.oversold && found.account == Self.shop)
            #expect(found.subject == Self.order && found.openedAt == Rooms.morning)
            let other = try #require(try await rooms.store.read { try Exceptions.find(number + 1, in: $0) })
            #expect(other.detail["key"]?.string == "b" && other.account == nil)
            #expect(try await rooms.store.write { try Exceptions.close(number: number, resolution: "by hand", at: Rooms.morning, in: $0) })
            #expect(try await !rooms.store.write { try Exceptions.close(number: number, resolution: "again", at: Rooms.morning, in: $0) })
            let words = try await rooms.store.read { try $0.all("SELECT resolution FROM exceptions WHERE number = \(number)") { $0.text(0) } }
            #expect(words == ["by hand"], "the first word stands")
        }
    }
}
