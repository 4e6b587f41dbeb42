// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import SquareChannel
import Vocabulary

typealias SquareWire = Wire<SquareConnector, SquareTwin>

let gifts = TwinSeed(
    shopName: "Gift Shop", currency: .gbp,
    articles: [
        .init(sku: "MUG", title: "Mug", price: "6.50", gtin: "4006381333931", quantity: 40),
        .init(sku: "TEA-S", title: "Tea", price: "4.00", quantity: 30, parent: "TEA", options: [.init(name: "Size", value: "S")]),
        .init(sku: "TEA-L", title: "Tea", price: "7.25", quantity: 20, parent: "TEA", options: [.init(name: "Size", value: "L")]),
    ],
    start: Instant(iso: "2026-11-02T09:00:00Z")!, seed: 11)

let ada = Buyer(
    name: "Ada Example", email: "ada@example.test", phone: "+44 20 7946 0000",
    shipTo: PostalAddress(name: "Ada Example", lines: ["1 Sample Street", "Flat 2"], city: "London", postcode: "N1 1AA", country: "GB"))

func sale(_ reference: String, _ lines: [(String, Int, String)], paid: Bool = true, shipping: String = "3.95") -> ShopAct {
    let lines = lines.map { ShopOrder.Line(sku: $0.0, title: $0.0, quantity: $0.1, unitPrice: $0.2) }
    return .order(ShopOrder(reference: reference, lines: lines, buyer: ada, isPaid: paid, shipping: shipping))
}

let access = Access(token: nil, now: gifts.start, nonce: "n")

func connector(key: String? = "hush", location: String = "L1") throws -> SquareConnector {
    var values = ["accessToken": "EAAA1", "locationID": location, "address": "https://connect.squareup.com"]
    values["signatureKey"] = key
    return try SquareConnector(ChannelSettings(values))
}

func answer(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status, headers: headers, body: Array(body.utf8))
}

extension Wire where Connector == SquareConnector, Twin == SquareTwin {
    /// A sale, read back.
    mutating func sold(_ reference: String, _ lines: [(String, Int, String)], paid: Bool = true) throws -> ChannelOrder {
        guard case .done(let id?) = shop(sale(reference, lines, paid: paid)) else { throw ChannelFailure.refused("not sold") }
        return try read(id)
    }

    mutating func read(_ id: String) throws -> ChannelOrder {
        let facts = try run { $0.order(id, $1) }.flatMap { $0 }
        guard case .order(let order)? = facts.first else { throw ChannelFailure.notFound(id) }
        return order
    }

    /// Refunds of an order that a look at the whole day finds.
    mutating func refunds(of id: String) throws -> [ChannelRefund] {
        let (start, end) = (gifts.start, now)
        let facts = try run { $0.orders(changedFrom: start, to: end, $1) }.flatMap { $0 }
        return facts.compactMap { if case .refund(id, let refund) = $0 { refund } else { nil } }
    }

    mutating func act(_ action: ChannelAction, key: String) throws(ChannelFailure) -> ActionOutcome {
        guard let outcome = try run({ $0.perform(action, idempotencyKey: key, $1) }).last else { throw .lost("no outcome") }
        return outcome
    }

    mutating func key(of sku: String) throws -> ListingKey {
        guard let key = try run({ $0.listings(changedSince: nil, $1) }).flatMap({ $0 }).first(where: { $0.sku == sku })?.key else {
            throw ChannelFailure.notFound(sku)
        }
        return key
    }

    mutating func listen() throws { _ = try run { $0.subscribe(to: "https://hub.example/hooks/1", $1)! } }
}

/// Runs an exchange on answers written by hand; tells what was asked, and what came of it.
func play<Output>(_ exchange: Exchange<Output>, _ answers: [HTTPResponse]) throws(ChannelFailure) -> (outputs: [Output], asked: [HTTPRequest]) {
    var exchange = exchange
    var outputs: [Output] = []
    var asked: [HTTPRequest] = []
    for answer in answers {
        asked.append(exchange.request)
        switch try exchange.read(answer) {
        case .done(let output): return (outputs + [output], asked)
        case .page(let output, let next):
            outputs.append(output)
            exchange = next
        case .then(let next), .wait(_, let next): exchange = next
        }
    }
    throw .lost("the exchange wants more answers")
}

func failure(_ body: () throws(ChannelFailure) -> Void) -> ChannelFailure? {
    do throws(ChannelFailure) {
        try body()
        return nil
    } catch { return error }
}

/// What the connector makes of one order written by hand.
func facts(of order: String, skus: [(String, String)] = []) throws -> [ChannelFact] {
    let objects = skus.map { #"{"type":"ITEM_VARIATION","id":"\#($0.0)","item_variation_data":{"sku":"\#($0.1)"}}"# }.joined(separator: ",")
    let id = try JSON.parse(order)["id"]?.string ?? ""
    let played = try play(
        try connector().order(id, access), [answer("{\"orders\":[\(order)]}"), answer("{\"objects\":[\(objects)]}")])
    return played.outputs.flatMap { $0 }
}

func onlyOrder(_ facts: [ChannelFact]) -> ChannelOrder? {
    guard case .order(let order)? = facts.first else { return nil }
    return order
}

func sum(_ order: ChannelOrder) -> Money {
    order.lines.reduce(Money.zero(order.currency)) { $0 + $1.net + $1.tax } + order.shipping + order.shippingTax + order.fees + order.feesTax
}
