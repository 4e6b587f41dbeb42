// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import House
import Serving

/// The command line: wiring only; every rule is in the rooms.
@main
struct Tributary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tributary",
        abstract: "One ledger of stock, one book of orders, for every channel you sell on.",
        discussion: """
            Try it:           tributary demo
            Run it for real:  tributary user add you@example.com
                              tributary channel add shopify "My shop" --set address=https://my-shop.myshopify.com --set clientID=… --set clientSecret=…
                              tributary serve --public-address https://hub.example.com

            A setting that names its TRIBUTARY_ variable (--database is TRIBUTARY_DATABASE) can also be given as that
            environment variable, or as a line NAME=VALUE in the file that TRIBUTARY_SETTINGS names. An option beats the environment, the environment beats the file.
            """,
        version: Version.text,
        subcommands: [
            DemoCommand.self, ServeCommand.self, MigrateCommand.self, ChannelCommand.self, UserCommand.self, AuditCommand.self, TwinsCommand.self,
            SimulateCommand.self, MoveCommand.self,
        ])

    static func main() async {
        Heaps.keepFew()
        await main(nil)
    }
}
