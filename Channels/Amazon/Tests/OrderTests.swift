// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import TestSupport
import Testing
import Vocabulary

@Suite struct OrderTests {
    @Test func `an order is pending until it is paid, and its units are gone from the shelf at once`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let id = try wire.place(Cast.order("T-1", [("MUG", 4, "6.50")], paid: false, shipping: "3.95"))
        let pending = try #require(try wire.latest(id))
        #expect(pending.payment == .pending && pending.isOnHold && pending.total.minor == 0 && pending.buyer.shipTo == nil)
        #expect(wire.twin.shelf["MUG"] == 6)
        wire.now = wire.now + .minutes(1)
        wire.shop(.pay(reference: "T-1"))
        let paid = try #require(try wire.latest(id))
        #expect(paid.payment == .paid && !paid.isOnHold && paid.total.minor == 2995 && paid.shipping.minor == 395)
        #expect(paid.buyer.shipTo?.postcode == "N1 1AA" && paid.buyer.email?.hasSuffix("@marketplace.amazon.co.uk") == true)
        #expect((paid.changedAt, paid.revision) > (pending.changedAt, pending.revision))
    }

    @Test func `without the roles for personal data there is no buyer, and no failure`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        wire.twin.hidesBuyers = true
        let id = try wire.place(Cast.order("T-1", [("MUG", 1, "6.50")]))
        #expect(try wire.latest(id)?.buyer == Buyer())
    }

    @Test func `many orders come page by page, none twice, none lost`() throws {
        var wire = try AmazonWire(seed: Cast.seed([.init(sku: "MUG", title: "Mug", price: "1.00", quantity: 1000)]))
        let start = wire.now
        var ids: [String] = []
        for number in 0..<250 {
            ids.append(try wire.place(Cast.order("T-\(number)", [("MUG", 1, "1.00")])))
            if number.isMultiple(of: 7) { wire.now = wire.now + .seconds(1) }
        }
        _ = wire.shop(.cancel(reference: "T-3"))
        wire.now = wire.now + .minutes(3)
        let found = orders(try wire.poll(from: start))
        #expect(found.count == 250 && Set(found.map(\.externalID)) == Set(ids))
        #expect(found.map(\.changedAt) == found.map(\.changedAt).sorted())
        #expect(found.filter { $0.cancelledAt != nil }.map(\.externalID) == [ids[3]])
    }

    @Test func `a walk that outlives its token signs in on the way instead of starting all over`() throws {
        var wire = try AmazonWire(seed: Cast.seed([.init(sku: "MUG", title: "Mug", price: "1.00", quantity: 1000)]))
        let start = wire.now
        for number in 0..<250 { _ = try wire.place(Cast.order("T-\(number)", [("MUG", 1, "1.00")])) }
        wire.now = wire.now + .minutes(3)
        _ = try wire.access()
        wire.twin.rateFactor = 0.05
        let found = orders(try wire.poll(from: start))
        #expect(wire.now - start > .hours(1) && found.count == 250, "each order once, though a page takes an hour")
    }

    @Test func `a buyer's wish to cancel holds the order`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let id = try wire.place(Cast.order("T-1", [("MUG", 1, "6.50")]))
        let now = wire.now
        wire.twin.askToCancel(reference: "T-1", at: now)
        #expect(try wire.latest(id)?.isOnHold == true)
    }

    @Test func `the shop does not sell what it does not show, unless it is told to`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        #expect(
            wire.shop(Cast.order("T-1", [("PEN", 1, "0.99"), ("MUG", 6, "6.50"), ("MUG", 5, "6.50")]))
                == .soldOut(sku: "MUG"))
        #expect(wire.twin.shelf["PEN"] == 50, "a refused sale lowers nothing")
        var order = ShopOrder(
            reference: "T-2", lines: [.init(sku: "MUG", title: "Mug", quantity: 11, unitPrice: "6.50")], buyer: Cast.buyer)
        order.ignoresShelf = true
        _ = try wire.place(.order(order))
        #expect(wire.twin.shelf["MUG"] == 0)
        #expect(wire.shop(.cancel(reference: "nobody")) == .unknown)
        #expect(
            wire.shop(.refund(reference: "T-2", lines: [.init(line: 9, quantity: 1, restock: false)])) == .refused("line 9")
        )
        #expect(
            wire.shop(.refund(reference: "T-2", lines: [.init(line: 0, quantity: 12, restock: false)]))
                == .refused("more than was sold"))
    }

    @Test func `prices with four decimals make line totals rounded half away from zero`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let id = try wire.place(Cast.order("T-1", [("PEN", 3, "0.1235"), ("MUG", 1, "0.005")]))
        let order = try #require(try wire.latest(id))
        #expect(order.lines.map(\.net.minor) == [37, 1] && order.total.minor == 38)
        #expect(order.lines[0].unitPrice == Decimal10(units: 1235, scale: 4))
    }

    @Test func `yen have no pence`() throws {
        var wire = try AmazonWire(
            seed: Cast.seed([.init(sku: "MUG", title: "Mug", price: "650", quantity: 5)], currency: .jpy))
        let id = try wire.place(Cast.order("T-1", [("MUG", 2, "650")], shipping: "300"))
        #expect(try wire.latest(id)?.total == Money(minor: 1600, .jpy))
    }

    @Test func `an ORDER_CHANGE names the order that is to be read again`() throws {
        let body =
            "{\"NotificationType\":\"ORDER_CHANGE\",\"Payload\":{\"OrderChangeNotification\":{\"AmazonOrderId\":\"026-1\"}}}"
        #expect(
            try Cast.connector.facts(topic: "ORDER_CHANGE", body: Array(body.utf8)) == [.orderChanged(orderID: "026-1")])
        #expect(try Cast.connector.facts(topic: "PRICING_HEALTH", body: Array("{}".utf8)).isEmpty)
        #expect(throws: Unreadable.missing(field: "Payload.OrderChangeNotification")) {
            try Cast.connector.facts(topic: "ORDER_CHANGE", body: Array("{}".utf8))
        }
        #expect(throws: Unreadable.self) { try Cast.connector.facts(topic: "ORDER_CHANGE", body: Array("{".utf8)) }
    }

    @Test func `a big shop stays quick`() throws {
        let articles = (0..<4000).map {
            TwinSeed.Article(sku: "A-\($0)", title: "Article \($0)", price: "1.25", quantity: 100_000)
        }
        var wire = try AmazonWire(seed: Cast.seed(articles))
        wire.twin.rateFactor = 1000
        let start = wire.now
        for number in 0..<2000 {
            let lines = (0..<(number.isMultiple(of: 500) ? 1100 : 3)).map { ("A-\((number * 7 + $0) % 4000)", 1, "1.25") }
            _ = try wire.place(Cast.order("T-\(number)", lines))
            wire.now = wire.now + .milliseconds(500)
        }
        wire.now = wire.now + .minutes(3)
        let found = orders(try wire.poll(from: start))
        #expect(found.count == 2000 && found.map(\.lines.count).max() == 1100)
        #expect(try wire.push((0..<4000).map { ("A-\($0)", 5) }).allSatisfy { $0.result == .acknowledged })
    }
}

@Suite struct SampleTests {
    private func samples(_ file: String) throws -> [JSON] {
        guard let url = OutsideMaterial.specs("amazon/samples/\(file)") else { return [] }
        return Array(try JSON.parse(Array(try Data(contentsOf: url))).elements)
    }

    @Test func `every order that Amazon shows as a sample is read`() throws {
        let all = try samples("sandbox/orders_2026-01-01.json")
        guard !all.isEmpty else { return }
        var read = 0
        var refused = 0
        for sample in all {
            let body = (sample["response"] ?? sample["exampleResponse"])?.value.bytes ?? []
            let status = sample["status"]?.integer ?? 0
            let answer = HTTPResponse(status, body: body)
            let marketplace = sample["response"]?["order"]?["salesChannel"]?["marketplaceId"]?.string ?? "A1F83G8C2ARO7P"
            var settings = Cast.settings
            settings.values["marketplace"] = marketplace
            let connector = try AmazonConnector(settings)
            let search = sample["operationId"]?.string == "searchOrders"
            let exchange =
                search
                ? connector.orders(changedFrom: Cast.start - .hours(1), to: Cast.start, Cast.access)
                : connector.order("1", Cast.access)
            do throws(ChannelFailure) {
                switch try exchange.read(answer) {
                case .page(let facts, _), .done(let facts):
                    #expect(facts.allSatisfy { if case .order = $0 { true } else { false } })
                case .then, .wait: break
                }
                read += 1
            } catch {
                #expect(status == 400, "\(error)")
                refused += 1
            }
        }
        #expect(read == 8 && refused == 2)
    }

    @Test func `every other sample that the connector would read is read`() throws {
        var read = 0
        for sample in try samples("sandbox/listingsItems_2021-08-01.json")
        where sample["status"]?.integer == 200 && sample["response"] != nil {
            let body = sample["response"]?.value.bytes ?? []
            let name = sample["operationId"]?.string
            if name == "searchListingsItems" || name == "getListingsItem" {
                let keys = [ListingKey(product: "", variant: "A,B", stock: name == "getListingsItem" ? "A,B" : "A")]
                _ = try Cast.connector.quantities(of: keys, Cast.access).read(HTTPResponse(200, body: body))
                if name == "searchListingsItems" {
                    _ = try Cast.connector.listings(changedSince: nil, Cast.access).read(HTTPResponse(200, body: body))
                }
                read += 1
            } else if name == "patchListingsItem" {
                let push = QuantityPush(key: .init(product: "", variant: "A", stock: "A"), sku: "A", quantity: .zero)
                _ = try Cast.connector.publish([push], idempotencyKey: "k", Cast.access).read(HTTPResponse(200, body: body))
                read += 1
            }
        }
        for file in ["listings-getListingsItem.json", "pricing-getListingsItem.json"] {
            guard let url = OutsideMaterial.specs("amazon/samples/recipes/\(file)") else { continue }
            let keys = [ListingKey(product: "", variant: "A,B", stock: "A,B")]
            _ = try Cast.connector.quantities(of: keys, Cast.access).read(
                HTTPResponse(200, body: Array(try Data(contentsOf: url))))
            read += 1
        }
        for sample in try samples("sandbox/sellers.json") where sample["status"]?.integer == 200 {
            let body = (sample["response"] ?? sample["exampleResponse"])?.value.bytes ?? []
            guard sample["operationId"]?.string == "getMarketplaceParticipations" else { continue }
            var settings = Cast.settings
            settings.values["marketplace"] =
                (sample["response"] ?? sample["exampleResponse"])?["payload"]?.elements.first { _ in true }?[
                    "marketplace"]?["id"]?.string
            guard settings.values["marketplace"] != nil else { continue }
            _ = try AmazonConnector(settings).test(Cast.access).read(HTTPResponse(200, body: body))
            read += 1
        }
        if OutsideMaterial.specs("amazon/samples") != nil { #expect(read == 8) }
    }

    @Test func `Amazon's own report and notification are read`() throws {
        guard let folder = OutsideMaterial.specs("amazon/schemas") else { return }
        let report = Array(
            try Data(
                contentsOf: folder.appendingPathComponent("feeds/listings-feed-processing-report-schema-v2.example.json")))
        var wire = try AmazonWire(
            seed: Cast.seed((0..<21).map { .init(sku: "A-\($0)", title: "A", price: "1.00", quantity: 1) }))
        wire.disturb = { request, response in
            request.method == .get && request.url.contains("feeds-documents") ? HTTPResponse(200, body: report) : response
        }
        let outcomes = try wire.push((0..<21).map { ("A-\($0)", 9) })
        #expect(
            outcomes.enumerated().filter { if case .refused = $0.element.result { true } else { false } }.map {
                $0.offset + 1
            } == [4, 5])
        let schema = try JSON.parse(
            Array(try Data(contentsOf: folder.appendingPathComponent("notifications/OrderChangeNotification.json"))))
        var read = 0
        for example in schema["examples"].map({ Array($0.elements) }) ?? [] {
            #expect(
                try Cast.connector.facts(topic: "ORDER_CHANGE", body: example.value.bytes) == [
                    .orderChanged(orderID: "903-8868176-2219830")
                ])
            read += 1
        }
        #expect(read == 1)
    }
}
