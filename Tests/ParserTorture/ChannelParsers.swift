// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Foundation
import House
import Vocabulary

/// The readers of the connectors: answers, messages, what is said of limits, and settings. Their samples are what the twins say; where
/// TRIBUTARY_SPECS is set, the channels' official samples too.
enum ChannelParsers {
    static func all() throws -> [Parser] {
        try ChannelRegistry.twins.flatMap { channel, _, make in
            var recording = try Recording(channel, make)
            try recording.record()
            return recording.parsers
        }
    }
}

/// A good answer, and who reads it.
private struct Reading {
    var name: String
    var response: HTTPResponse
    /// True when the answer could be read.
    var read: (HTTPResponse) -> Bool
}

/// A channel's connector talks with its twin about everything there is, and what was said is kept.
private struct Recording {
    private let channel: String
    private let connector: any Channel
    private var twin: any ChannelTwin
    private var settings: ChannelSettings
    private var now = Instant(iso: "2026-11-02T09:00:00Z")!
    private var token: String?
    private var readings: [Reading] = []
    private var messages: [(topic: String, request: HTTPRequest)] = []

    init(_ channel: String, _ make: (TwinSeed) -> any ChannelTwin) throws {
        self.channel = channel
        let seed = TwinSeed(
            shopName: "Gift Corner", currency: Currency("GBP")!,
            articles: [
                .init(sku: "MUG-BLUE", title: "Blue mug", price: "6.50", gtin: "4006381333931", quantity: 20),
                .init(sku: "TEE-S", title: "Tee", price: "15.00", quantity: 9, parent: "TEE", options: [.init(name: "Size", value: "S")]),
                .init(sku: "TEE-M", title: "Tee", price: "15.00", quantity: 4, parent: "TEE", options: [.init(name: "Size", value: "M")]),
            ], start: now, seed: 11)
        twin = make(seed)
        settings = twin.settings(reachableAt: "http://127.0.0.1:4999")
        connector = try ChannelRegistry.connectors.connect(channel, settings)
    }

    private var access: Access { Access(token: token, now: now, nonce: "n\(readings.count)x\(now.milliseconds)") }

    mutating func record() throws {
        if let exchange = connector.signIn(at: now) { token = run("sign-in", exchange).first?.text }
        _ = run("test", connector.test(access))
        if let exchange = connector.subscribe(to: "https://hub.example.test/hooks/1", access) { _ = run("subscribe", exchange) }
        let buyer = Buyer(
            name: "Ada Example", email: "ada@example.test",
            shipTo: PostalAddress(name: "Ada Example", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))
        for number in 1...4 {
            let lines = [ShopOrder.Line(sku: "MUG-BLUE", title: "Blue mug", quantity: 2, unitPrice: "6.50")]
            _ = twin.perform(.order(ShopOrder(reference: "100\(number)", lines: lines, buyer: buyer, shipping: "3.95")), at: now)
        }
        _ = twin.perform(.refund(reference: "1004", lines: [ShopRefundLine(line: 0, quantity: 1, restock: true)]), at: now)
        _ = twin.perform(.edit(sku: "TEE-S", quantity: 3), at: now)
        now = now + .minutes(10)
        let listings = run("listings", connector.listings(changedSince: nil, access)).flatMap { $0 }
        let keys = listings.map(\.key)
        _ = run("quantities", connector.quantities(of: keys, access))
        let pushes = listings.map { QuantityPush(key: $0.key, sku: $0.sku ?? "", quantity: Quantity(clamping: 7), expected: $0.quantity) }
        _ = run("publish", connector.publish(pushes, idempotencyKey: "torture-1", access))
        let facts = run("orders", connector.orders(changedFrom: now - .hours(2), to: now + .minutes(1), access)).flatMap { $0 }
        let orders = facts.compactMap { fact -> ChannelOrder? in if case .order(let order) = fact { order } else { nil } }
        for order in orders.prefix(1) { _ = run("order", connector.order(order.externalID, access)) }
        for (order, turn) in zip(orders, 0...) { act(on: order, turn) }
        now = now + .minutes(10)
        deliver()
    }

    private mutating func act(on order: ChannelOrder, _ turn: Int) {
        guard let line = order.lines.first else { return }
        let action: ChannelAction =
            switch turn % 3 {
            case 0:
                .ship(
                    .init(
                        orderID: order.externalID, reference: "1", shippedAt: now, lines: [.init(lineID: line.externalID, quantity: line.quantity)],
                        isLast: true, tracking: Tracking(carrier: "Royal Mail", number: "AB1", url: "https://track.example.test/AB1")))
            case 1: .cancel(.init(orderID: order.externalID, reason: .customer, refund: true, restock: false))
            default:
                .refund(
                    .init(
                        orderID: order.externalID,
                        lines: [
                            .init(
                                lineID: line.externalID, quantity: Quantity(clamping: 1), restock: false,
                                net: Money(minor: 100, order.currency), tax: .zero(order.currency))
                        ], shipping: .zero(order.currency), total: Money(minor: 100, order.currency), note: ""))
            }
        _ = run("act \(turn % 3)", connector.perform(action, idempotencyKey: "torture-act-\(turn)", access))
    }

    /// Runs an exchange to its end or its failure, and keeps every answer with its reader.
    private mutating func run<Output: Sendable>(_ name: String, _ first: Exchange<Output>) -> [Output] {
        var outputs: [Output] = []
        var exchange = first
        for _ in 0..<40 {
            let response = twin.respond(to: connector.admitted(exchange.request, access), at: now)
            let read = exchange.read
            readings.append(Reading(name: name, response: response) { (try? read($0)) != nil })
            guard let reply = try? read(response) else { return outputs }
            switch reply {
            case .done(let output): return outputs + [output]
            case .page(let output, let next):
                outputs.append(output)
                exchange = next
            case .then(let next): exchange = next
            case .wait(let span, let next):
                now = now + span
                exchange = next
            }
        }
        return outputs
    }

    private mutating func deliver() {
        for webhook in twin.departures(at: now) {
            if let delivery = try? connector.receive(webhook.request, at: now) { messages.append((delivery.topic, webhook.request)) }
            twin.delivered(webhook, status: 200, at: now)
        }
    }

    var parsers: [Parser] {
        let official = OfficialSamples.bodies(of: channel)
        let all = readings.map(\.response.body) + messages.map(\.request.body) + official
        let mutator = Mutator(samples: all)
        var parsers = [answers(all, mutator), limits(mutator), inSettings()]
        if !messages.isEmpty { parsers += [facts(all, mutator), signatures(mutator)] }
        return parsers
    }

    private func answers(_ all: [[UInt8]], _ mutator: Mutator) -> Parser {
        let readings = readings
        return Parser(name: "\(channel) answers") { chance in
            let reading = readings[chance.number(in: 0...(readings.count - 1))]
            let sample = chance.number(in: 0...9) < 7 ? reading.response.body : all[chance.number(in: 0...(all.count - 1))]
            let response = Self.response(like: reading.response, body: mutator.input(from: sample, &chance), &chance)
            return Parser.Attempt(label: "\(reading.name) \(response.status) \(response.headers.lines)", input: response.body) {
                reading.read(response)
            }
        }
    }

    private func limits(_ mutator: Mutator) -> Parser {
        let (readings, connector) = (readings, connector)
        return Parser(name: "\(channel) rate limits") { chance in
            let reading = readings[chance.number(in: 0...(readings.count - 1))]
            let response = Self.response(like: reading.response, body: mutator.input(from: reading.response.body, &chance), &chance)
            return Parser.Attempt(label: "\(response.status) \(response.headers.lines)", input: response.body) {
                !connector.rates(in: response, cost: Cost()).isEmpty
            }
        }
    }

    private func facts(_ all: [[UInt8]], _ mutator: Mutator) -> Parser {
        let (messages, connector) = (messages, connector)
        return Parser(name: "\(channel) messages") { chance in
            let message = messages[chance.number(in: 0...(messages.count - 1))]
            let sample = chance.number(in: 0...9) < 7 ? message.request.body : all[chance.number(in: 0...(all.count - 1))]
            let body = mutator.input(from: sample, &chance)
            return Parser.Attempt(label: message.topic, input: body) { (try? connector.facts(topic: message.topic, body: body)) != nil }
        }
    }

    /// Headers as well as bodies; now and then what is signed is as it was, so that what follows the signature is reached.
    private func signatures(_ mutator: Mutator) -> Parser {
        let (messages, connector, now) = (messages, connector, now)
        return Parser(name: "\(channel) signatures") { chance in
            var request = messages[chance.number(in: 0...(messages.count - 1))].request
            if chance.number(in: 0...3) == 0 { request.body = mutator.input(from: request.body, &chance) }
            let line = request.headers.lines[chance.number(in: 0...(request.headers.lines.count - 1))]
            request.headers[line.name] = String(decoding: mutator.input(from: Array(line.value.utf8), &chance), as: UTF8.self)
            let label = "\(request.headers.lines)"
            let fixed = request
            return Parser.Attempt(label: label, input: request.body) { (try? connector.receive(fixed, at: now)) != nil }
        }
    }

    private func inSettings() -> Parser {
        let (settings, channel) = (settings, channel)
        let names = settings.values.keys.sorted()
        let mutator = Mutator(samples: names.compactMap { settings.values[$0].map { Array($0.utf8) } })
        return Parser(name: "\(channel) settings") { chance in
            let name = names[chance.number(in: 0...(names.count - 1))]
            let input = mutator.input(from: Array((settings.values[name] ?? "").utf8), &chance)
            var spoiled = settings.values
            spoiled[name] = String(decoding: input, as: UTF8.self)
            let fixed = ChannelSettings(spoiled)
            return Parser.Attempt(label: name, input: input) { (try? ChannelRegistry.connectors.connect(channel, fixed)) != nil }
        }
    }

    private static let statuses = [200, 201, 202, 204, 301, 400, 401, 403, 404, 409, 413, 422, 429, 430, 500, 503, 0, 999, -1]
    private static let headers = [
        "Retry-After", "x-amzn-RateLimit-Limit", "Link", "X-WP-Total", "X-WP-TotalPages", "Content-Type", "Content-Encoding", "Date", "Location",
    ]

    private static func response(like good: HTTPResponse, body: [UInt8], _ chance: inout SplitMix64) -> HTTPResponse {
        var response = HTTPResponse(good.status, headers: good.headers, body: body)
        if chance.number(in: 0...7) == 0 { response.status = statuses[chance.number(in: 0...(statuses.count - 1))] }
        if chance.number(in: 0...3) == 0 {
            let name = headers[chance.number(in: 0...(headers.count - 1))]
            let before = Array((good.headers[name] ?? Mutator.numbers[chance.number(in: 0...(Mutator.numbers.count - 1))]).utf8)
            let after = chance.number(in: 0...1) == 0 ? before : Mutator(samples: []).input(from: before, &chance)
            response.headers[name] = String(decoding: after, as: UTF8.self)
        }
        return response
    }
}

/// The channels' own samples: never part of the project, found through TRIBUTARY_SPECS.
private enum OfficialSamples {
    /// Larger ones would be most of what is read.
    static let bytesMax = 64 << 10

    static func bodies(of channel: String) -> [[UInt8]] {
        guard let folder = ProcessInfo.processInfo.environment["TRIBUTARY_SPECS"], !folder.isEmpty else { return [] }
        let root = URL(fileURLWithPath: folder).appendingPathComponent(channel)
        let names = (FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".json") }.sorted()
        return names.compactMap { name in
            guard let data = try? Data(contentsOf: root.appendingPathComponent(name)), data.count <= bytesMax else { return nil }
            return Array(data)
        }
    }
}
