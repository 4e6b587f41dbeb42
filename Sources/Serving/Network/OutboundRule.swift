// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Where the hub may connect to: the public internet, and what the operator names beside it.
///
/// A merchant types the address of a shop, and so does whoever has stolen a session. Without this rule the hub would be their
/// browser inside the merchant's own network.
public struct OutboundRule: Sendable {
    /// Not public, and allowed all the same.
    public var allowed: [Network]

    public init(allowed: [Network] = []) { self.allowed = allowed }

    /// The public internet and this machine's own loopback: where a demo has its shops.
    public static var demo: OutboundRule { OutboundRule(allowed: networks(["127.0.0.0/8"])) }

    /// For the look-alike shops, which send their messages where they were told to, as training and tests want it.
    public static var anywhere: OutboundRule { OutboundRule(allowed: networks(["0.0.0.0/0", "::/0"])) }

    /// The operator's list, separated by commas. Throws the part that is no network.
    public static func parse(_ text: String) throws(NotANetwork) -> OutboundRule {
        var allowed: [Network] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).map({ $0.trimmingBlanks }) {
            guard let network = Network(part) else { throw NotANetwork(text: part) }
            allowed.append(network)
        }
        return OutboundRule(allowed: allowed)
    }

    /// `own` is where this machine itself stands.
    public func permits(_ address: NetworkAddress, own: [Network]) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        if let behind = Self.translated(address) { return permits(behind, own: own) }
        return Self.isPublic(address) && !own.contains { $0.contains(address) }
    }

    /// Whether the address is one that anybody on the internet may have a shop at.
    public static func isPublic(_ address: NetworkAddress) -> Bool {
        if let behind = translated(address) { return isPublic(behind) }
        if address.isIPv4 { return !specialIPv4.contains { $0.contains(address) } }
        return globalIPv6.contains(address) && !specialIPv6.contains { $0.contains(address) }
    }

    /// The IPv4 address that a NAT64 gateway makes of it (RFC 6052), as networks without IPv4 see all the IPv4 internet.
    private static func translated(_ address: NetworkAddress) -> NetworkAddress? {
        nat64.contains(address) ? NetworkAddress(ipv4: address.low32) : nil
    }

    private static let nat64 = networks(["64:ff9b::/96"])[0]
    private static let globalIPv6 = networks(["2000::/3"])[0]

    /// IANA's special-purpose registry, multicast, reserved and broadcast; and one public address that answers only inside a cloud.
    private static let specialIPv4 = networks([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16",
    ])

    /// Within 2000::/3; everything outside it is nobody's shop (loopback, unique local, link-local, multicast, mapped, local NAT64).
    /// Teredo (2001::/32) and 6to4 (2002::/16) carry an IPv4 address that a gateway nearby would unpack.
    private static let specialIPv6 = networks(["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"])

    private static func networks(_ texts: [String]) -> [Network] {
        texts.map { text in
            guard let network = Network(text) else { preconditionFailure("\(text) is no network") }
            return network
        }
    }
}

/// A part of the operator's list that is neither an address nor a network.
public struct NotANetwork: Error, Hashable, Sendable {
    public var text: String
}

/// Where this machine itself stands.
package enum OwnNetworks {
    /// Its own addresses, the public ones too: a firewall in front of the machine does not stand between it and itself. Of IPv6 the
    /// whole network: at home and in an office every device has a public address there. A public IPv4 network has other people in it.
    package static func now() -> [Network] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { device in
            guard let address = device.address.flatMap({ NetworkAddress($0) }) else { return nil }
            let mask = device.netmask.flatMap { NetworkAddress($0) }
            return network(of: address, mask: mask)
        }
    }

    package static func network(of address: NetworkAddress, mask: NetworkAddress?) -> Network {
        guard !address.isIPv4, let mask else { return Network(address, bits: 128) }
        let bits = (~mask.number).leadingZeroBitCount
        // A mask that is none would put the whole internet inside.
        return Network(address, bits: bits >= 32 ? bits : 128)
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
