// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ChannelKit
import ChannelSync
import Foundation
import House
import Serving
import JSONText
import Storage
import Vocabulary

struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "Connect shops and look after them.",
        subcommands: [ListChannels.self, AddChannel.self, TestChannel.self, SyncChannel.self])
}

struct ListChannels: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the connected accounts and how their streams are doing.")

    @OptionGroup var common: HubOptions
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let hub = try await said { try await common.open() }
        let rows = try await hub.store.read { transaction in
            try ChannelAccountTable.all(in: transaction).map { ($0, try SyncStreamTable.all(of: $0.id, in: transaction)) }
        }
        if json {
            let list = rows.map { account, streams -> JSONValue in
                let lights = streams.map { stream -> JSONValue in
                    [
                        "stream": .string(stream.name.rawValue), "light": .string(stream.light.rawValue), "okAt": .optional(stream.okAt?.iso),
                        "problem": .optional(stream.problem),
                    ]
                }
                return [
                    "number": .integer(account.id.number), "channel": .string(account.channel), "name": .string(account.name),
                    "connected": .bool(account.isConnected), "streams": .array(lights),
                ]
            }
            let whole: JSONValue = ["channels": .array(list)]
            print(whole.text)
            return
        }
        if rows.isEmpty { print("No channel is connected yet. See: tributary channel add --help") }
        for (account, streams) in rows {
            print("\(account.id)  \(account.name)  (\(account.channel))\(account.isConnected ? "" : "  disconnected")")
            for stream in streams {
                print("     \(stream.name.rawValue): \(stream.light.rawValue)  last good \(stream.okAt?.iso ?? "never")  \(stream.problem ?? "")")
            }
        }
    }
}

struct AddChannel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Connect an account.",
        discussion: "What each channel asks for:\n" + ChannelText.fields + "\n\ndocs/channels.md says where to find each of them.")

    @OptionGroup var common: HubOptions
    @Argument(help: "The channel: \(ChannelRegistry.connectors.profiles.map(\.name).joined(separator: ", ")).") var channel: String
    @Argument(help: "Your own name for the account.") var name: String
    @Option(name: .customLong("set"), help: "A setting as NAME=VALUE; give it again for each.") var settings: [String] = []
    @Flag(help: "Make products of the hub from articles that it does not know, with the stock that the shop shows.") var createProducts = false
    @OptionGroup var outbound: OutboundOptions

    func run() async throws {
        let values = try ChannelText.settings(settings)
        try await said {
            _ = try ChannelRegistry.connectors.connect(channel, values)
            try outbound.rule.check(values)
            let hub = try await common.open()
            let id = try await hub.store.write { transaction in
                try ChannelAccountTable.add(
                    channel: channel, name: name, settings: values, createsProducts: createProducts, at: hub.clock.now(), in: transaction)
            }
            try await hub.store.close()
            print("Connected as account \(id). Check it with: tributary channel test \(id)")
        }
    }
}

struct TestChannel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "test", abstract: "Ask the shop whether the credentials let us in.")

    @OptionGroup var common: HubOptions
    @Argument(help: "The account's number, as 'channel list' shows it.") var account: Int64
    @OptionGroup var outbound: OutboundOptions

    func run() async throws {
        try await said {
            let hub = try await common.open()
            guard let found = try await hub.store.read({ try ChannelAccountTable.find(ID(account), in: $0) }) else {
                throw SaidRefusal(description: "There is no account \(account). See: tributary channel list")
            }
            do {
                let identity = try await HTTPTransport.with(outbound.rule) { transport in
                    try await ChannelTest.run(
                        channel: found.channel, settings: found.settings, connectors: ChannelRegistry.connectors,
                        transport: transport, clock: hub.clock)
                }
                print("\(identity.name) answers.\(identity.currency.map { " Its currency is \($0)." } ?? "")")
            } catch let failure as ChannelFailure {
                throw SaidRefusal(description: "The shop does not let us in. \(Words.of(failure))")
            }
        }
    }
}

struct SyncChannel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Look at an account's listings and orders now, without waiting for the next turn.")

    @OptionGroup var common: HubOptions
    @Argument(help: "The account's number, as 'channel list' shows it.") var account: Int64
    @OptionGroup var outbound: OutboundOptions

    func run() async throws {
        try await said {
            let hub = try await common.open()
            do {
                try await HTTPTransport.with(outbound.rule) { transport in
                    let engine = SyncEngine(
                        hub: hub, connectors: ChannelRegistry.connectors, transport: transport, pace: SyncPace(),
                        publicAddress: "", seed: 1,
                        log: common.log)
                    try await engine.syncOnce(ID(account))
                }
                print("Done.")
            } catch let failure as ChannelFailure {
                throw SaidRefusal(description: "The shop could not be read. \(Words.of(failure))")
            }
        }
    }
}

enum ChannelText {
    static let fields = ChannelRegistry.connectors.profiles.map { profile in
        let fields = profile.credentials.map { field in
            field.name + (field.preset.map { " (preset: \($0.isEmpty ? "none" : $0))" } ?? (field.isRequired ? "" : " (optional)"))
        }
        return "  \(profile.name): " + fields.joined(separator: ", ")
    }.joined(separator: "\n")

    static func settings(_ pairs: [String]) throws -> ChannelSettings {
        var values: [String: String] = [:]
        for pair in pairs {
            guard let mark = pair.firstIndex(of: "=") else { throw ValidationError("'\(pair)' is not NAME=VALUE.") }
            values[String(pair[..<mark])] = String(pair[pair.index(after: mark)...])
        }
        return ChannelSettings(values)
    }
}
