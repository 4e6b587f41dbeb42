// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Money that goes back` {
    /// An order of one to four lines with prices, taxes and shipping of chance.
    private static func order(_ code: String, _ chance: inout SplitMix64) -> Order? {
        guard let currency = Currency(code) else { return nil }
        let told = Told(mug: ID(1), tin: ID(2))
        var news = told.placed([])
        let lines = (0..<chance.number(in: 1...4)).map { place in
            var line = told.line("mug", chance.number(in: 1...9))
            line.externalID = "line-\(place)"
            line.net = Int64(chance.number(in: 0...99_999))
            line.tax = line.net * Int64(chance.number(in: 0...27)) / 100
            return line
        }
        let shipping = Int64(chance.number(in: 0...2_000))
        news.snapshot?.lines = lines
        news.snapshot?.header.currency = currency
        news.snapshot?.header.shipping = shipping
        news.snapshot?.header.tax = shipping / 5
        news.snapshot?.header.total = lines.reduce(shipping + shipping / 5) { $0 + $1.net + $1.tax }
        return Told.heard([news])
    }

    @Test(arguments: [("JPY", 33_334), ("GBP", 33_333), ("KWD", 33_333)])
    func `is, of random orders in random steps, all that was paid and nothing more`(code: String, count: Int) throws {
        let seed: UInt64 = 1_707
        var chance = SplitMix64(seed: seed)
        for number in 0..<count {
            var order = try #require(Self.order(code, &chance))
            var left = order.lines.map(\.ordered)
            var shipping = order.header.shipping + order.header.tax
            var turn = 0
            while left.contains(where: { $0 > 0 }) || shipping > 0 {
                turn += 1
                let lines = left.indices.compactMap { place in
                    let units = chance.number(in: 0...left[place])
                    return units > 0 ? RefundOrder.Line(position: place, units: units, restock: chance.chance(perMillion: 500_000)) : nil
                }
                let part = Int64(chance.number(in: 0...Int(shipping)))
                guard !lines.isEmpty || part > 0 else { continue }
                let refund = try RefundOrder.refund(order, lines: lines, shipping: part, key: "r\(turn)", actor: "person:1", at: Rooms.morning)
                order.refunds.append(refund)
                for line in lines { left[line.position] -= line.units }
                shipping -= part
                let back = order.refunds.reduce(0) { $0 + $1.total }
                guard refund.total >= 0, back <= order.header.total else {
                    Issue.record("\(back) of \(order.header.total) goes back: order \(number), seed \(seed)")
                    return
                }
            }
            let parts = order.refunds.flatMap(\.lines)
            let isExact = order.lines.allSatisfy { line in
                let own = parts.filter { $0.lineID == line.externalID }
                return own.reduce(0) { $0 + $1.net } == line.net && own.reduce(0) { $0 + $1.tax } == line.tax
            }
            let back = order.refunds.reduce(0) { $0 + $1.total }
            guard isExact, back == order.header.total else {
                Issue.record("\(back) of \(order.header.total) went back: order \(number), seed \(seed)")
                return
            }
            #expect(throws: Refusal.self) {
                try RefundOrder.refund(order, lines: [.init(position: 0, units: 1, restock: true)], shipping: 0, key: "more", actor: "", at: Rooms.morning)
            }
        }
    }

    @Test func `goes back once, however many press the button at the same time`() async throws {
        let seed: UInt64 = 500
        var chance = SplitMix64(seed: seed)
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 1_000)
            for round in 0..<500 {
                let order = try await shop.order(shop.told.about("B-\(round)").placed([("mug", 1)]))
                // The same click twice has the same key, another person's click another one.
                let clicks = (0..<chance.number(in: 2...10)).map { $0 == 0 ? "one" : chance.chance(perMillion: 500_000) ? "one" : "click-\($0)" }
                let done = await withTaskGroup(of: Done?.self) { group in
                    for key in clicks {
                        group.addTask { try? await shop.refund(order, [.init(position: 0, units: 1, restock: true)], key: key) }
                    }
                    return await group.reduce(into: [Done?]()) { $0.append($1) }
                }
                let refunds = try #require(try await shop.record(order)).order.refunds
                guard done.count(where: { $0 == .now }) == 1, refunds.count == 1, refunds[0].total == 600 else {
                    Issue.record("\(clicks) gave back \(refunds.map(\.total)): round \(round), seed \(seed)")
                    return
                }
            }
            #expect(try await shop.mugs()["available"] == 1_000, "each came back once")
            #expect(try await rooms.violations() == [])
        }
    }
}
