// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Serving

/// Where the hub may connect to, beside the public internet.
struct OutboundOptions: ParsableArguments {
    @Option(
        help: """
            Addresses and networks inside your own network where shops are, separated by commas: 192.168.1.20,10.1.0.0/16. The hub connects \
            nowhere else but to the public internet. (TRIBUTARY_ALLOW_NETWORKS; preset: none)
            """)
    var allowNetworks: String?

    /// `validate` has read it once before.
    var rule: OutboundRule { (try? read()) ?? OutboundRule() }

    func validate() throws {
        do throws(NotANetwork) { _ = try read() } catch {
            throw ValidationError("'\(error.text)' is no address and no network: give 192.168.1.20 or 192.168.1.0/24, separated by commas.")
        }
    }

    private func read() throws(NotANetwork) -> OutboundRule {
        try Setting.value(allowNetworks, "TRIBUTARY_ALLOW_NETWORKS").map { text throws(NotANetwork) in try OutboundRule.parse(text) }
            ?? OutboundRule()
    }
}
