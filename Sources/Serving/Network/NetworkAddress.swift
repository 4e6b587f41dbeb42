// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// An IPv4 or IPv6 address. IPv4 is kept the way IPv6 writes it (`::ffff:a.b.c.d`), so that both ways to say it are one address.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    let number: UInt128

    private static let mapped: UInt128 = 0xFFFF << 32

    init(number: UInt128) { self.number = number }

    package init(ipv4 number: UInt32) { self.number = Self.mapped | UInt128(number) }

    /// The usual notations only: `192.0.2.1`, `2001:db8::1`. What else a resolver takes for an address (`0x7f.1`) is for it to say.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(ipv4: UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(six)
        } else {
            return nil
        }
    }

    init(_ six: in6_addr) { number = withUnsafeBytes(of: six) { $0.reduce(0) { $0 << 8 | UInt128($1) } } }

    /// Nil for what is no internet address.
    init?(_ socket: SocketAddress) {
        guard let text = socket.ipAddress else { return nil }
        self.init(text)
    }

    /// What a resolver answers; nil for families that are none of ours.
    init?(_ socket: UnsafePointer<sockaddr>) {
        switch CInt(socket.pointee.sa_family) {
        case AF_INET:
            let four = UnsafeRawPointer(socket).loadUnaligned(as: sockaddr_in.self)
            self.init(ipv4: UInt32(bigEndian: four.sin_addr.s_addr))
        case AF_INET6: self.init(UnsafeRawPointer(socket).loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: return nil
        }
    }

    /// Also for an IPv4 address that was written as IPv6.
    public var isIPv4: Bool { number >> 32 == 0xFFFF }

    var low32: UInt32 { UInt32(truncatingIfNeeded: number) }

    public var description: String {
        if isIPv4 { return [24, 16, 8, 0].map { String(low32 >> $0 & 255) }.joined(separator: ".") }
        return stride(from: 112, through: 0, by: -16).map { String(UInt16(truncatingIfNeeded: number >> UInt128($0)), radix: 16) }
            .joined(separator: ":")
    }
}

/// A range of addresses that share their first bits.
public struct Network: Hashable, Sendable {
    /// Bits of the IPv6 notation: an IPv4 network has 96 more than it is written with.
    package let bits: Int
    package let first: NetworkAddress

    init(_ address: NetworkAddress, bits: Int) {
        precondition((0...128).contains(bits), "a network has 0 to 128 bits")
        self.bits = bits
        first = NetworkAddress(number: bits == 0 ? 0 : (address.number >> UInt128(128 - bits)) << UInt128(128 - bits))
    }

    /// `192.168.1.0/24`, `fd00::/8`, or one address.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = NetworkAddress(String(parts[0])) else { return nil }
        let isDotted = !parts[0].utf8.contains(0x3A)
        guard parts.count == 2 else {
            self.init(address, bits: 128)
            return
        }
        let isDigits = !parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDigits, let bits = Int(parts[1]), (0...(isDotted ? 32 : 128)).contains(bits) else { return nil }
        self.init(address, bits: isDotted ? bits + 96 : bits)
    }

    /// `::/0` is all of IPv6 and nothing of IPv4, as its writer means it.
    public func contains(_ address: NetworkAddress) -> Bool {
        guard address.isIPv4 == (bits >= 96 && first.isIPv4) else { return false }
        return bits == 0 || (address.number ^ first.number) >> UInt128(128 - bits) == 0
    }
}
