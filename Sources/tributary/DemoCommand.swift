// SPDX-License-Identifier: Apache-2.0

import Access
import ArgumentParser
import ChannelSync
import Clocks
import Foundation
import House
import JSONText
import Serving
import Storage
import Trade
import Vocabulary

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Start a hub with three living shops connected: no account, no internet needed.",
        discussion: """
            The shops are twins: local look-alikes that speak the channels' real formats over real HTTP, with real signatures
            and rate limits. Without --orders a seeded gift shop sells in them for ever; with --orders the UCI "Online Retail"
            file is replayed: one year, 25,900 invoices.

            Examples:
              tributary demo
              tributary demo --speed 60
              tributary demo --orders online-retail.csv.gz --speed max --until-done --json
              tributary demo --orders online-retail.csv.gz --speed max --until-done --json --duplicate 1..5 --shuffle 1h --lose 5% --seed 7
            """)

    @OptionGroup var common: HubOptions
    @Option(help: "Where the console listens. (TRIBUTARY_LISTEN; preset: 127.0.0.1:8080)") var listen: String?
    @Option(help: "The file of orders to replay: the UCI Online Retail CSV, plain or .gz.") var orders: String?
    @Option(help: "How fast time passes: a multiple such as 1 or 60, or 'max'.") var speed = "1"
    @Flag(help: "Stop when every order has arrived and every quantity is acknowledged.") var untilDone = false
    @Flag(help: "Print what came of it as one JSON object on the last line.") var json = false
    @Option(help: "Send each webhook so many times, by chance: '3' or '1..5'.") var duplicate = "1"
    @Option(help: "Delay each webhook by up to this, by chance: '30s', '5m', '1h'.") var shuffle = "0s"
    @Option(help: "Lose so many of the webhooks: '5%'.") var lose = "0%"
    @Option(help: "Seeds the gift shop and every chance.") var seed: UInt64 = 1
    @Option(help: "Stop the gift shop after so many days of its business (with --until-done).") var days: Int?
    @Option(help: "The shops listen on this port and the two after it.") var twinPort = 8181

    func validate() throws {
        guard (1...65_533).contains(twinPort) else { throw ValidationError("'\(twinPort)' is no port that has two more after it.") }
        if let days, !(1...3_650).contains(days) { throw ValidationError("'\(days)' is no number of days: give 1 to 3650.") }
    }

    func run() async throws {
        var options = Demo.Options()
        let listening = try Listen(Setting.value(listen, "TRIBUTARY_LISTEN") ?? "127.0.0.1:8080")
        options.host = listening.host
        options.port = listening.port
        options.twinPort = twinPort
        options.speed = try DemoWords.speed(speed)
        options.faults = DeliveryFaults(
            copies: try DemoWords.range(duplicate), shuffle: try DemoWords.span(shuffle), lostPerMillion: try DemoWords.share(lose))
        options.seed = seed
        options.untilDone = untilDone
        if options.speed == nil { options.pollEvery = .hours(6) }
        let business = try business()
        let (database, temporary) = try demoDatabase()
        defer { if let temporary { try? FileManager.default.removeItem(at: temporary) } }
        let console = "http://\(listening.host):\(listening.port)"
        let quiet = json
        let demo = Demo(business: business, database: database, options: options, log: common.log) { if !quiet { print($0) } }
        let password = DemoWords.password(seed: seed)
        let report = try await said {
            try await demo.run(
                owner: { hub in try await DemoWords.addOwner(to: hub, password: password) },
                ready: {
                    if !quiet {
                        print("Open \(console)  (sign in as owner@demo.test, password \(password))")
                        fflush(nil)
                    }
                })
        }
        guard let report else { return }
        print(report.figures.text)
        if report.violations > 0 { throw ExitCode(1) }
    }

    private func business() throws -> Business {
        if let orders {
            do { return try OnlineRetail(path: orders).business } catch { throw SaidRefusal(description: "The orders cannot be read: \(error).") }
        }
        let now = MachineClock().now()
        // A fast demo has its past before it; at everyday speed the shop's clock is the wall's.
        let start = untilDone ? Instant(iso: "2026-03-02T08:00:00Z") ?? now : now
        var business = GiftShop(seed: seed, start: start, ordersPerHour: untilDone ? 30 : 240, hours: untilDone ? .shop : .always).business
        if untilDone {
            let end = start + .days(Int64(days ?? 3))
            business.events = TradeEvents(Array(business.events.prefix { $0.at < end }))
        }
        return business
    }

    /// A demo has a database of its own, made anew each time and gone with it, unless one is named.
    private func demoDatabase() throws -> (address: DatabaseAddress, temporary: URL?) {
        guard Setting.value(common.database, "TRIBUTARY_DATABASE") == nil else { return (try common.databaseAddress(), nil) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tributary-demo-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.removeItem(at: folder)
        return (try said { () throws(Refusal) in try DatabaseAddress("sqlite:\(folder.path)/demo.sqlite") }, folder)
    }
}

/// The command line's own notations.
enum DemoWords {
    static func speed(_ text: String) throws -> Double? {
        if text == "max" { return nil }
        guard let speed = Double(text), speed > 0, speed <= 100_000 else {
            throw ValidationError("'\(text)' is no speed: give a number such as 1 or 60, or 'max'.")
        }
        return speed
    }

    static func range(_ text: String) throws -> ClosedRange<Int> {
        let ends = text.split(separator: ".", omittingEmptySubsequences: true).compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last, ends.count <= 2, first >= 1, first <= last, last <= 100 else {
            throw ValidationError("'\(text)' is no count: give '3' or '1..5'.")
        }
        return first...last
    }

    static func span(_ text: String) throws -> Span {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0, count < 100_000 else {
            throw ValidationError("'\(text)' is no length of time: give '30s', '5m' or '1h'.")
        }
        return .seconds(count * unit)
    }

    static func share(_ text: String) throws -> Int {
        guard text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) else {
            throw ValidationError("'\(text)' is no share: give '5%'.")
        }
        return Int(percent * 10_000)
    }

    static func password(seed: UInt64) -> String { "demo-password-\(seed)" }

    static func addOwner(to hub: Hub, password: String) async throws {
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        let hash = try PasswordHash(new: password, salt: salt)
        try await hub.store.write { transaction in
            guard try PersonTable.all(in: transaction).isEmpty else { return }
            _ = try PersonTable.add(email: "owner@demo.test", name: "Demo Owner", role: .owner, password: hash, at: hub.clock.now(), in: transaction)
        }
    }
}
