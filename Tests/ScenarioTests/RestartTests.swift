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

@Suite(.onEachEngine) struct `A hub that starts again` {
    // Found by the simulator: a clock that was a day ahead had put the next try off by a day.
    @Test func `does at once what the one before it was at, whatever that one's clock said`() async throws {
        let mugs = ShopStreet.articles(["MUG": 10])
        let street = try await ShopStreet(articles: mugs)
        try await street.open(mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 4)])
            try await street.settle()
        }
        let order = try await street.order(0)
        #expect(try await street.cancel(order) == .now)
        let tomorrow = (street.clock.now() + .days(1)).milliseconds
        _ = try await street.hub.store.write { try $0.execute("UPDATE jobs SET due_at = \(tomorrow), leased_until = \(tomorrow) WHERE state = 0") }
        try await street.whileRunning {
            try await street.until("the shop is told") { try Jobs.waiting(in: $0) == 0 }
            #expect(street.clock.now().milliseconds < tomorrow)
            try await street.settle()
        }
        #expect(try await street.look(0, order.externalID).cancelledAt != nil)
        #expect(try await street.differences() == [])
    }
}
