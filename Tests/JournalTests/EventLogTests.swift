// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The event log, read later` {
    private static let order = Event.Subject("order", 1)

    private func append(_ kinds: [String], _ rooms: Rooms) async throws {
        try await rooms.store.write { transaction in
            try EventLog.append(
                kinds.map { Event(at: Rooms.morning, kind: $0, subject: Self.order, actor: "person:1", detail: ["units": 3]) }, in: transaction)
        }
    }

    @Test func `wakes its readers for what happened, and nobody for nothing`() async throws {
        try await withRooms { rooms in
            try await append([], rooms)
            #expect(rooms.store.signals.count(of: [EventLog.signal]) == 0)
            #expect(try await rooms.count("events") == 0)
            try await append(["order.imported"], rooms)
            #expect(rooms.store.signals.count(of: [EventLog.signal]) == 1)
        }
    }

    @Test func `is followed page by page, each event once`() async throws {
        try await withRooms { rooms in
            try await append(["order.imported", "order.shipped"], rooms)
            try await append(["order.changed", "order.refunded", "order.closed"], rooms)
            var pages: [[String]] = []
            var last: Int64 = 0
            for _ in 0..<4 {
                let from = last
                let page = try await rooms.store.read { try EventLog.after(from, limit: 2, in: $0) }
                pages.append(page.map { $0.event.kind })
                if let end = page.last { last = end.number }
            }
            #expect(pages == [["order.imported", "order.shipped"], ["order.changed", "order.refunded"], ["order.closed"], []])
        }
    }

    @Test func `tells an event whose detail cannot be read without it`() async throws {
        try await withRooms { rooms in
            try await append(["order.imported", "order.shipped"], rooms)
            try await rooms.store.write { _ = try $0.execute("UPDATE events SET detail = '{' WHERE kind = 'order.imported'") }
            let story = try await rooms.store.read { try EventLog.history(of: Self.order, in: $0) }
            #expect(story.map { $0.event.kind } == ["order.imported", "order.shipped"])
            let details: [JSONValue] = [.object([]), ["units": 3]]
            #expect(story.map { $0.event.detail } == details)
        }
    }
}
