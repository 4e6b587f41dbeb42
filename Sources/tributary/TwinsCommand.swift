// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import House
import Serving
import Trade
import Vocabulary

struct TwinsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "twins",
        abstract: "Run the local look-alikes of the channels alone, for tests and for training.",
        discussion: """
            Prints one JSON line for each shop with the settings that connect it ('tributary channel add … --set …'), then
            places orders at the given rate. Every order that a shop took is one line {"placed": CHANNEL, "order": ID}.
            """)

    @Option(help: "The shops listen on this port and those after it.") var port = 8181
    @Option(help: "Which shops, in the order of their ports: names of channels with commas between them.")
    var channels = TwinStreet.usual.joined(separator: ",")
    @Option(help: "Orders per second over all shops together; 0 places none.") var rate = 0.0
    @Option(help: "Stop after so many orders; the shops go on answering.") var orders = 1_000_000
    @Option(help: "Seeds the articles and the orders.") var seed: UInt64 = 1
    @Option(help: "How many of each article the shops show at the start.") var stock = 100_000
    @Option(help: "How many different articles.") var articles = 100
    @Option(help: "Amazon's rate limits times this: a larger seller's plan.") var amazonPlan = 1.0

    private var shops: [String] { channels.split(separator: ",").map(String.init) }

    func validate() throws {
        let known = ChannelRegistry.twins.map(\.channel)
        guard !shops.isEmpty, Set(shops).count == shops.count, Set(shops).isSubset(of: known) else {
            throw ValidationError("'\(channels)' are no channels: give some of \(known.joined(separator: ",")).")
        }
        guard (1...(65_536 - shops.count)).contains(port) else {
            throw ValidationError("'\(port)' is no port that has \(shops.count - 1) more after it.")
        }
        guard (0...1_000_000).contains(rate) else { throw ValidationError("'\(rate)' is no rate: give 0 to 1000000 orders a second.") }
        guard (1...100_000).contains(articles) else { throw ValidationError("'\(articles)' is no number of articles: give 1 to 100000.") }
        guard (0...1_000_000_000).contains(stock) else { throw ValidationError("'\(stock)' is no stock: give 0 to 1000000000 units.") }
    }

    func run() async throws {
        let street = TwinStreet(port: port, seed: seed, articles: articles, stock: stock, amazonPlan: amazonPlan, channels: shops)
        try await street.run(rate: rate, orders: orders) { line in
            print(line)
            fflush(nil)
        }
    }
}
