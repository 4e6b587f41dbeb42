// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import ShopifyChannel
import Vocabulary

typealias ShopifyWire = Wire<ShopifyConnector, ShopifyTwin>

let gifts = TwinSeed(
    shopName: "Gift Shop", currency: .gbp,
    articles: [
        .init(sku: "MUG", title: "Mug", price: "6.50", gtin: "4006381333931", quantity: 40),
        .init(
            sku: "TEA-S", title: "Tea", price: "4.00", quantity: 30, parent: "TEA",
            options: [.init(name: "Size", value: "S")]),
        .init(
            sku: "TEA-L", title: "Tea", price: "7.25", quantity: 20, parent: "TEA",
            options: [.init(name: "Size", value: "L")]),
    ],
    start: Instant(iso: "2026-11-02T09:00:00Z")!, seed: 11)

let ada = Buyer(
    name: "Ada Mary Example", email: "ada@example.test", phone: "+44 20 7946 0000",
    shipTo: PostalAddress(
        name: "Ada Example", lines: ["1 Sample Street", "Flat 2"], city: "London", postcode: "N1 1AA", country: "GB"))

func sale(_ reference: String, _ lines: [(String, Int, String)], paid: Bool = true, shipping: String = "3.95")
    -> ShopAct
{
    let lines = lines.map { ShopOrder.Line(sku: $0.0, title: $0.0, quantity: $0.1, unitPrice: $0.2) }
    return .order(ShopOrder(reference: reference, lines: lines, buyer: ada, isPaid: paid, shipping: shipping))
}

extension Wire where Connector == ShopifyConnector, Twin == ShopifyTwin {
    /// A sale, read back.
    mutating func sold(_ reference: String, _ lines: [(String, Int, String)], paid: Bool = true) throws -> ChannelOrder {
        guard case .done(let id?) = shop(sale(reference, lines, paid: paid)) else {
            throw ChannelFailure.refused("not sold")
        }
        return try read(id)
    }

    mutating func read(_ id: String) throws -> ChannelOrder {
        let facts = try run { $0.order(id, $1) }.flatMap { $0 }
        guard case .order(let order)? = facts.first else { throw ChannelFailure.notFound(id) }
        return order
    }

    mutating func act(_ action: ChannelAction, key: String) throws -> ActionOutcome {
        guard let outcome = try run({ $0.perform(action, idempotencyKey: key, $1) }).last else {
            throw ChannelFailure.lost("no outcome")
        }
        return outcome
    }

    mutating func listen() throws {
        _ = try run { $0.subscribe(to: "http://127.0.0.1:8080/hooks/1", $1)! }
    }
}

let access = Access(token: nil, now: gifts.start, nonce: "n")

func connector(location: String? = nil, address: String = "https://gifts.myshopify.com") throws -> ShopifyConnector {
    var values = ["address": address, "accessToken": "shpat_x", "webhookSecret": "hush"]
    values["location"] = location
    return try ShopifyConnector(ChannelSettings(values))
}

func answer(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status, headers: headers, body: Array(body.utf8))
}

/// Runs an exchange on answers written by hand; tells what was asked, and what came of it.
func play<Output>(_ exchange: Exchange<Output>, _ answers: [HTTPResponse]) throws(ChannelFailure) -> (
    outputs: [Output], asked: [JSON]
) {
    var exchange = exchange
    var outputs: [Output] = []
    var asked: [JSON] = []
    for answer in answers {
        if let json = try? JSON.parse(exchange.request.body) { asked.append(json) }
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

/// Every JSON object below a value.
func objects(in json: JSON) -> [JSON] {
    var found: [JSON] = []
    var open = [json]
    while let next = open.popLast() {
        if next.kind == .object {
            found.append(next)
            open.append(contentsOf: next.members.map(\.value))
        } else if next.kind == .array {
            open.append(contentsOf: next.elements)
        }
    }
    return found
}

func files(in folder: URL) -> [URL] {
    let all =
        FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    return all.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
}
