// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ChannelSync
import Foundation
import House
import Serving
import Storage
import Vocabulary

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the hub: the console, the webhooks and everything that keeps the channels in step.")

    @OptionGroup var common: HubOptions
    @Option(help: "Where the console listens. (TRIBUTARY_LISTEN; preset: 127.0.0.1:8080)") var listen: String?
    @Option(help: "How channels reach this hub, such as https://hub.example.com. (TRIBUTARY_PUBLIC_ADDRESS; preset: the listening address)")
    var publicAddress: String?
    @OptionGroup var outbound: OutboundOptions

    func run() async throws {
        let listening = try Listen(Setting.value(listen, "TRIBUTARY_LISTEN") ?? "127.0.0.1:8080")
        let address = "http://\(listening.host):\(listening.port)"
        try await said {
            let hub = try await common.open()
            let server = HubServer(
                hub: hub, host: listening.host, port: listening.port,
                publicAddress: Setting.value(publicAddress, "TRIBUTARY_PUBLIC_ADDRESS") ?? address, log: common.log)
            try await HTTPTransport.with(outbound.rule) { transport in
                try await server.run(transport: transport) {
                    print("Open \(address)")
                    fflush(nil)
                }
            }
            try await hub.store.close()
        }
    }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "migrate", abstract: "Bring the database to this program's schema.")

    @OptionGroup var common: HubOptions

    func run() async throws {
        try await said {
            let hub = try await common.open()
            try await hub.store.close()
            print("The database is up to date.")
        }
    }
}

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Recompute every balance from its transfers and check everything that must always be so.",
        discussion: "Exit code 0: all is well. Exit code 1: the violations are listed. The hub may be running.")

    @OptionGroup var common: HubOptions
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let violations = try await said {
            let hub = try await common.openExisting()
            let violations = try await Audit.run(hub)
            try await hub.store.close()
            return violations
        }
        if json {
            print(AuditText.json(violations))
        } else {
            for violation in violations { print(violation) }
            print(violations.isEmpty ? "No violations." : "\(violations.count) violations.")
        }
        if !violations.isEmpty { throw ExitCode(1) }
    }
}
