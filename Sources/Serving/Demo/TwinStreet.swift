// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelKit
import Clocks
import House
import JSONText
import Logging
import Vocabulary

/// The twins alone in a process of their own, at the machine's own time, with buyers who come at a steady rate.
public struct TwinStreet: Sendable {
    public var port: Int
    public var seed: UInt64
    public var articles: Int
    public var stock: Int
    public var amazonPlan: Double
    /// The channels whose shops stand there, in the order of their ports.
    public var channels: [String]

    /// The three shops of the demo.
    public static let usual = ["shopify", "woocommerce", "amazon"]

    public init(port: Int, seed: UInt64, articles: Int, stock: Int, amazonPlan: Double, channels: [String] = TwinStreet.usual) {
        self.channels = channels
        self.port = port
        self.seed = seed
        self.articles = articles
        self.stock = stock
        self.amazonPlan = amazonPlan
    }

    /// Runs until the task is cancelled; `tell` gets one JSON line for each shop and each order taken.
    public func run(rate: Double, orders: Int, tell: @escaping @Sendable (String) -> Void) async throws {
        try await HTTPTransport.with(.anywhere) { try await run(transport: $0, rate: rate, orders: orders, tell: tell) }
    }

    private func run(transport: HTTPTransport, rate: Double, orders: Int, tell: @escaping @Sendable (String) -> Void) async throws {
        let clock = MachineClock()
        var log = Logger(label: "twins", factory: { StreamLogHandler.standardError(label: $0) })
        log.logLevel = .warning
        let goods = (1...max(1, articles)).map { number in
            TwinSeed.Article(sku: "ART-\(number)", title: "Article \(number)", price: "\(number % 90 + 1).50", quantity: stock)
        }
        let shops = channels.compactMap { channel in ChannelRegistry.twins.first { $0.channel == channel } }
        let hosts = shops.enumerated().map { index, entry in
            let shop = TwinSeed(shopName: "Twin \(entry.title)", currency: .gbp, articles: goods, start: clock.now(), seed: seed &+ UInt64(index))
            var twin = entry.make(shop)
            if var amazon = twin as? AmazonTwin {
                amazon.rateFactor = amazonPlan
                twin = amazon
            }
            return TwinHost(
                channel: entry.channel, port: port + index, twin: twin, clock: clock, transport: transport,
                faults: DeliveryFaults(),
                seed: seed &+ UInt64(index))
        }
        try await withThrowingTaskGroup(of: Void.self) { [log] group in
            for host in hosts { group.addTask { try await host.run(log: log) } }
            for host in hosts {
                let settings = await host.settings
                let values = JSONValue.object(settings.values.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) })
                let line: JSONValue = ["channel": .string(host.channel), "address": .string(host.address), "settings": values]
                tell(line.text)
            }
            group.addTask { try await buy(hosts, rate: rate, orders: orders, clock: clock, tell: tell) }
            // Not `waitForAll`: that would wait for the other shops when one cannot listen.
            while try await group.next() != nil {}
        }
    }

    private func buy(_ hosts: [TwinHost], rate: Double, orders: Int, clock: MachineClock, tell: @Sendable (String) -> Void) async throws {
        guard rate > 0, orders > 0 else { return }
        var random = SplitMix64(seed: seed)
        let start = clock.now()
        for number in 1...orders {
            try await clock.wait(until: start + .milliseconds(Int64(Double(number) * 1000 / rate)))
            let host = hosts[random.number(in: 0...(hosts.count - 1))]
            let lines = (0..<2).map { _ -> ShopOrder.Line in
                let article = random.number(in: 1...max(1, articles))
                return .init(
                    sku: "ART-\(article)", title: "Article \(article)", quantity: random.number(in: 1...3), unitPrice: "\(article % 90 + 1).50")
            }
            let buyer = Buyer(
                name: "Buyer \(number)", email: "buyer-\(number)@example.test",
                shipTo: PostalAddress(name: "Buyer \(number)", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))
            let outcome = await host.perform(.order(ShopOrder(reference: "S\(number)", lines: lines, buyer: buyer, shipping: "3.95")))
            if case .done(let id) = outcome {
                let line: JSONValue = ["placed": .string(host.channel), "order": .optional(id), "at": .integer(clock.now().milliseconds)]
                tell(line.text)
            }
        }
    }
}
