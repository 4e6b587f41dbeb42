// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

extension OutboundRule {
    /// Refuses settings that hold an address outside the rule, as soon as they are typed. Only what is an address by itself, in any
    /// notation: where a name leads to is looked at when it is used, each time anew.
    public func check(_ settings: ChannelSettings) throws(Refusal) {
        for (field, value) in settings.values where value.contains("://") || field == "address" {
            let web = value.contains("://") ? value : "https://" + value
            guard let host = HTTPTransport.host(of: web), let address = SystemResolver.literal(host) else { continue }
            if !permits(address, own: OwnNetworks.now()) { throw Self.refusal(of: host) }
        }
    }

    /// What is said of a host that the rule leaves out.
    public static func refusal(of host: String) -> Refusal { Refusal(.invalid, "channel.off-limits", ["host": host]) }
}

extension HTTPTransport {
    /// The same, by the rule of this transport.
    func checkSettings(_ settings: ChannelSettings) throws { try rule.check(settings) }
}
