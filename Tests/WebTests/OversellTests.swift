// SPDX-License-Identifier: Apache-2.0

import Availability
import JSONText
import Orders
import Testing
import Vocabulary

@Suite struct OversellTests {
    @Test func `the page of an oversell tells what happened, why, and what would have prevented it`() async throws {
        let house = try await TestHouse()
        try await house.publish()
        house.clock.set(TestHouse.start + .minutes(1))
        // Two clocks are there; the first shop sells both, the second one more before it could be told.
        _ = try await house.order("A-1", account: 0, [("CLOCK", 2)])
        let short = try await house.order("B-1", account: 1, [("CLOCK", 1)])
        try await house.visit { browser in
            try await browser.enter(house)
            let read = try JSON.parse(Array(try await browser.get("/api/v1/exceptions?kind=oversold").body.utf8))
            let exception = try #require(read["exceptions"]?.elements.first { _ in true })
            #expect(exception["subjectNumber"]?.integer == Int(short.number))
            let number = try #require(exception["number"]?.integer)
            let page = try await browser.get("/exceptions/\(number)").body
            for words in [
                "1 unit is not there", "Riverbank Gifts sold the units first", "Guard the article", "Keep 1 units back", "Confirmed to show 2", "A-1",
            ] {
                #expect(page.contains(words), "\(words)")
            }
            let told = try JSON.parse(Array(try await browser.get("/api/v1/exceptions/\(number)").body.utf8))["oversold"]?.elements.first { _ in true
            }
            #expect(told?["cause"]?.string == "sold-twice" && told?["sku"]?.string == "CLOCK")
            #expect(told?["remedies"]?.elements.first { _ in true }?["setting"]?.string == "guarded")
            #expect(told?["timeline"]?.elements.contains { $0["what"]?.string == "sold" && $0["order"]?.integer == Int(short.number) } == true)
            #expect(try await browser.get("/api/v1/exceptions/999").status == 404)
        }
    }

    @Test func `what is no oversell has no such story`() async throws {
        let house = try await TestHouse()
        _ = try await house.order("A-1", [("NO-SUCH", 1)])
        try await house.visit { browser in
            try await browser.enter(house)
            #expect(try await browser.get("/exceptions/1").body.contains("What happened") == false)
            #expect(try await browser.get("/api/v1/exceptions/1").body.contains("\"oversold\":[]"))
        }
    }
}
