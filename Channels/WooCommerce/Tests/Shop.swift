// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Synchronization
import Testing
import Vocabulary
import WooCommerceChannel

typealias ShopWire = Wire<WooCommerceConnector, WooCommerceTwin>

/// The cast of the tests: one gift shop, its mugs and tees.
enum Shop {
    static let start = Instant(iso: "2026-11-02T09:00:00Z")!

    static let seed = TwinSeed(
        shopName: "Gift Corner", currency: .gbp,
        articles: [
            .init(sku: "MUG-BLUE", title: "Blue mug", price: "6.50", gtin: "4006381333931", quantity: 20),
            .init(sku: "MUG-RED", title: "Red mug", price: "10.00", quantity: 7),
            .init(
                sku: "TEE-S", title: "Tee", price: "15.00", quantity: 3, parent: "TEE",
                options: [.init(name: "Size", value: "S")]),
            .init(
                sku: "TEE-M", title: "Tee", price: "15.00", quantity: 4, parent: "TEE",
                options: [.init(name: "Size", value: "M")]),
        ],
        start: start, seed: 11)

    static let buyer = Buyer(
        name: "Ada Example", email: "ada@example.test",
        shipTo: PostalAddress(
            name: "Ada Example", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))

    static func wire() throws -> ShopWire {
        var wire = try ShopWire(seed: seed)
        wire.twin.hostLimit = nil
        return wire
    }

    static func order(
        _ reference: String, _ lines: [(String, Int, String)], isPaid: Bool = true, shipping: String = "3.95"
    ) -> ShopAct {
        .order(
            ShopOrder(
                reference: reference,
                lines: lines.map { .init(sku: $0.0, title: $0.0, quantity: $0.1, unitPrice: $0.2) }, buyer: buyer,
                isPaid: isPaid,
                shipping: shipping))
    }

    static func json(_ response: HTTPResponse) throws -> JSON { try JSON.parse(response.body) }
}

extension Wire<WooCommerceConnector, WooCommerceTwin> {
    /// A signed call of our own to the twin, written down like the connector's.
    mutating func call(
        _ method: HTTPRequest.Method, _ path: String, _ query: [(String, String)] = [], _ body: String? = nil
    ) throws -> HTTPResponse {
        let access = Access(token: nil, now: now, nonce: Nonce.next())
        let request = connector.request(method, path, query: query, body: body.map { Array($0.utf8) } ?? [], access)
        return twin.respond(to: request, at: now)
    }

    mutating func json(
        _ method: HTTPRequest.Method, _ path: String, _ query: [(String, String)] = [], _ body: String? = nil
    ) throws -> JSON {
        try Shop.json(try call(method, path, query, body))
    }

    mutating func id(_ sku: String) throws -> String {
        try #require(try json(.get, "products", [("sku", sku)]).elements.first { _ in true }?["id"]?.text)
    }

    mutating func placed(_ act: ShopAct) throws -> String {
        guard case .done(let id?) = shop(act) else { throw Missing() }
        return id
    }

    mutating func latest(_ id: String) throws -> ChannelOrder {
        let facts = try run { $0.order(id, $1) }.flatMap { $0 }
        return try #require(facts.compactMap { if case .order(let order) = $0 { order } else { nil } }.last)
    }

    mutating func poll(from: Instant, to: Instant) throws -> [ChannelFact] {
        try run { $0.orders(changedFrom: from, to: to, $1) }.flatMap { $0 }
    }
}

struct Missing: Error {}

/// A nonce of its own for each call of a test.
enum Nonce {
    private static let count = Mutex(0)
    static func next() -> String {
        count.withLock {
            $0 += 1
            return "t\($0)"
        }
    }
}

/// What a piece of work fails with.
func failure(_ work: () throws -> Void) -> ChannelFailure? {
    do {
        try work()
        return nil
    } catch { return error as? ChannelFailure }
}

/// The answer of an exchange that must end in one step.
func outcome<Output>(_ exchange: Exchange<Output>, _ status: Int, _ body: String, headers: HTTPHeaders = [:])
    throws(ChannelFailure) -> Reply<Output>
{
    try exchange.read(HTTPResponse(status, headers: headers, body: Array(body.utf8)))
}
