// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Serving
import Testing
import Vocabulary

@Suite struct OutboundRuleTests {
    private func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text), "\(text)") }

    @Test func `no trick is a public address`() throws {
        let tricks = AddressTricks.all
        #expect(tricks.count >= 400)
        for trick in tricks {
            #expect(!OutboundRule.isPublic(try address(trick)), "\(trick)")
            #expect(!OutboundRule().permits(try address(trick), own: []), "\(trick)")
        }
    }

    @Test func `a shop on the internet is let through`() throws {
        for text in AddressTricks.open { #expect(OutboundRule().permits(try address(text), own: []), "\(text)") }
    }

    @Test(arguments: AddressTricks.ranges)
    func `a range ends where it ends`(range: AddressTricks.Range) {
        let isSpecial = { (number: UInt32) in AddressTricks.ranges.contains { $0.first <= number && number <= $0.last } }
        for number in [range.first, range.first &- 1, range.last, range.last &+ 1] {
            #expect(OutboundRule.isPublic(NetworkAddress(ipv4: number)) != isSpecial(number), "\(range.name): \(NetworkAddress(ipv4: number))")
        }
    }

    @Test func `what the operator names is let through, and its neighbours are not`() throws {
        let rule = try OutboundRule.parse("192.168.1.0/24, 10.0.0.7,fd12:3456::/32")
        for text in ["192.168.1.0", "192.168.1.255", "10.0.0.7", "::ffff:10.0.0.7", "fd12:3456:ffff::1", "64:ff9b::192.168.1.9"] {
            #expect(rule.permits(try address(text), own: []), "\(text)")
        }
        for text in ["192.168.0.255", "192.168.2.0", "10.0.0.6", "10.0.0.8", "fd12:3457::1", "127.0.0.1", "::1", "64:ff9b::192.168.2.9"] {
            #expect(!rule.permits(try address(text), own: []), "\(text)")
        }
    }

    @Test func `all of IPv6 is nothing of IPv4`() throws {
        let six = try OutboundRule.parse("::/0")
        #expect(try six.permits(address("::1"), own: []))
        #expect(try !six.permits(address("127.0.0.1"), own: []))
        let four = try OutboundRule.parse("0.0.0.0/0")
        #expect(try four.permits(address("127.0.0.1"), own: []))
        #expect(try !four.permits(address("::1"), own: []))
        for trick in AddressTricks.all { #expect(OutboundRule.anywhere.permits(try address(trick), own: []), "\(trick)") }
    }

    @Test(arguments: [
        "", ",", "192.168.1.0/24,", "192.168.1.0/33", "192.168.1.0/-1", "192.168.1.0/+8", "192.168.1.0/", "192.168.1/24", "shop.lan", "fd00::/129",
        "0x7f.1",
        "10.0.0.0/8/8", "010.0.0.0/8", "*",
    ])
    func `a list that is none is refused`(text: String) {
        #expect(throws: NotANetwork.self) { try OutboundRule.parse(text) }
    }

    @Test func `this machine's own public addresses are its own`() throws {
        let own = [
            OwnNetworks.network(of: try address("93.184.216.34"), mask: try address("255.255.255.0")),
            OwnNetworks.network(of: try address("2a02:8071:1::5"), mask: try address("ffff:ffff:ffff:ffff::")),
            OwnNetworks.network(of: try address("2a02:8071:2::5"), mask: try address("::")),
        ]
        let rule = OutboundRule()
        for text in ["93.184.216.34", "64:ff9b::93.184.216.34", "2a02:8071:1::1", "2a02:8071:1:0:ffff::1", "2a02:8071:2::5"] {
            #expect(!rule.permits(try address(text), own: own), "\(text)")
        }
        // A neighbour in a rented rack is no part of the merchant's network, and a mask of nothing no reason to refuse everybody.
        for text in ["93.184.216.35", "2a02:8071:1:1::1", "2a02:8071:2::6", "8.8.8.8"] {
            #expect(rule.permits(try address(text), own: own), "\(text)")
        }
        #expect(OwnNetworks.now().contains { (try? $0.contains(address("127.0.0.1"))) == true }, "every machine has a loopback")
    }

    @Test func `an address that is written as it is read`() throws {
        for text in ["0.0.0.0", "192.168.1.20", "255.255.255.255", "2001:db8:0:0:0:0:0:1", "0:0:0:0:0:0:0:0"] {
            #expect(try address(text).description == text)
        }
        #expect(try address("::ffff:10.1.2.3") == address("10.1.2.3"))
        for text in ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f.0.0.1", ":::", "fe80::1%lo", "localhost"] {
            #expect(NetworkAddress(text) == nil, "\(text)")
        }
    }

    @Test(arguments: ["http://127.0.0.1:9", "http://0x7f.1", "https://[::1]/shop", "2130706433", "127.0.0.1", "https://169.254.169.254/latest"])
    func `an address of the own network is refused when it is typed`(text: String) throws {
        #expect(throws: Refusal.self) { try OutboundRule().check(ChannelSettings(["address": text])) }
        try OutboundRule.anywhere.check(ChannelSettings(["address": text]))
    }

    @Test func `names, numbers and public addresses are no trouble when they are typed`() throws {
        for text in ["https://shop.example", "shop.example", "https://8.8.8.8", "::"] { try OutboundRule().check(ChannelSettings(["address": text])) }
        try OutboundRule().check(ChannelSettings(["location": "2130706433", "clientSecret": "127.0.0.1"]))
    }
}
