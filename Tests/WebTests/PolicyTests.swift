// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Foundation
import Inventory
import JSONText
import SQLiteStorage
import Storage
import Testing
import Vocabulary

@Suite struct PolicyTests {
    private static let mug = "/products/MUG-BLUE"

    private func rule(_ sku: String, _ house: TestHouse) async throws -> (policy: SellingPolicy, source: SellingPolicies.Source) {
        try await house.store.read { try SellingPolicyTable.policies(in: $0).rule(of: VariantFinder.find(SKU(sku)!, in: $0)!, in: $0) }
    }

    private func left(_ sku: String, _ house: TestHouse) async throws -> [Int64: Int] {
        let found = try await house.store.read { try AllocationTable.allocations(of: VariantFinder.find(SKU(sku)!, in: $0)!, in: $0) }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.key.number, $0.value.left) })
    }

    @Test func `each channel is given its own units, which stand in the form again`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            let bad = try await browser.submit(Self.mug + "/policy", from: Self.mug, ["kind": "fixed", "units-1": "-5"])
            #expect(bad.status == 422 && bad.body.contains("between 0 and a thousand million") && bad.body.contains("value=\"-5\""))
            let words = try await browser.submit(Self.mug + "/policy", from: Self.mug, ["kind": "fixed", "units-1": "five"])
            #expect(words.status == 422)
            let nobody = try await browser.submit(Self.mug + "/policy", from: Self.mug, ["kind": "fixed", "units-77": "5"])
            #expect(nobody.status == 404)
            let all = try await browser.submit(Self.mug + "/policy", from: Self.mug, ["kind": "fixed", "units-1": "5", "scope": "all"])
            #expect(all.status == 422 && all.body.contains("choose fixed for one article"))
            let answer = try await browser.submit(
                Self.mug + "/policy", from: Self.mug, ["kind": "fixed", "limit": "0", "units-1": "5", "units-2": "", "units-3": "2"])
            #expect(answer.status == 303)
            let page = try await browser.get(answer.location).body
            #expect(page.contains("<option value=\"fixed\" selected>") && page.contains("0 sold of them, 5 left") && page.contains("value=\"2\""))
        }
        #expect(try await left("MUG-BLUE", house) == [1: 5, 3: 2])
    }

    @Test func `a category and a channel can have a policy, and the article says whose counts`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            #expect(try await browser.submit(Self.mug + "/category", from: Self.mug, ["category": " Mugs "]).status == 303)
            #expect(try await browser.submit("/products/MUG-RED/category", from: Self.mug, ["category": "mugs"]).status == 303)
            let long = String(repeating: "x", count: 300)
            #expect(try await browser.submit(Self.mug + "/category", from: Self.mug, ["category": long]).status == 422)
            let channel = try await browser.submit("/channels/1/policy", from: "/channels/1", ["kind": "guarded", "limit": "3"])
            #expect(channel.location == "/channels/1?done=policy")
            #expect(try await browser.get(channel.location).body.contains("<option value=\"guarded\" selected>"))
            #expect(try await browser.submit("/channels/1/policy", from: "/channels/1", ["kind": "guarded", "limit": "-3"]).status == 422)
            #expect(try await browser.submit("/channels/1/policy", from: "/channels/1", ["kind": "fixed"]).status == 422)
            #expect(try await rule("MUG-RED", house) == (SellingPolicy(.guarded, limit: 3), .account))
            #expect(try await browser.get(Self.mug).body.contains("as its channels say (guarded"))
            let category = try await browser.submit(Self.mug + "/policy", from: Self.mug, ["kind": "shared", "scope": "category"])
            #expect(category.status == 303)
            #expect(try await rule("MUG-RED", house) == (SellingPolicy(.shared), .category))
            #expect(try await browser.get("/products/MUG-RED").body.contains("as its category (every channel"))
            #expect(try await rule("LANTERN", house).source == .account)
            // Back to what all say.
            _ = try await browser.submit(Self.mug + "/policy", from: Self.mug, ["kind": "as-all", "scope": "category"])
            _ = try await browser.submit("/channels/1/policy", from: "/channels/1", ["kind": "as-all"])
            #expect(try await rule("MUG-RED", house).source == .all)
            let none = try await browser.submit("/products/LANTERN/policy", from: Self.mug, ["kind": "shared", "scope": "category"])
            #expect(none.status == 422 && none.body.contains("in no category"))
        }
    }

    @Test func `programs read an article and set how it is offered`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            let path = "/api/v1\(Self.mug)"
            let fixed = #"{"kind":"fixed","limit":1,"allocations":[{"account":1,"units":5},{"account":2,"units":3}]}"#
            let done = try await browser.postJSON(path + "/policy", fixed, key: nil)
            #expect(done.status == 200 && done.body.contains("\"left\":5") && done.body.contains("\"source\":\"article\""))
            let twice = #"{"kind":"fixed","allocations":[{"account":1,"units":5},{"account":1,"units":3}]}"#
            #expect(try await browser.postJSON(path + "/policy", twice, key: nil).status == 422)
            #expect(try await browser.postJSON(path + "/policy", #"{"kind":"some"}"#, key: nil).body.contains("policy.kind"))
            #expect(try await browser.postJSON(path + "/policy", #"{"kind":"guarded","limit":"many"}"#, key: nil).body.contains("policy.limit"))
            #expect(try await browser.postJSON("/api/v1/products/NONE/policy", #"{"kind":"shared"}"#, key: nil).status == 404)
            let read = try JSON.parse(Array(try await browser.get(path).body.utf8))
            #expect(read["product"]?["sku"]?.string == "MUG-BLUE" && read["policy"]?["kind"]?.string == "fixed")
            #expect(read["bound"]?["parts"].map { Array($0.elements).count } == 6, "three shops, and each has the set")
            #expect(read["lostSales"]?["thousandths"]?.integer == 0)
            #expect(try await browser.get("/api/v1/products/NONE").status == 404)
        }
        #expect(try await left("MUG-BLUE", house) == [1: 5, 2: 3])
    }
}
