// SPDX-License-Identifier: Apache-2.0

/// Ways to name a place that the hub must not reach, made by kind.
enum AddressTricks {
    struct Range: Sendable {
        var name: String
        var first: UInt32
        var last: UInt32
    }

    /// By its two ends, so that a slip in a prefix length of the rule is seen.
    static let ranges: [Range] = [
        range("this network", "0.0.0.0", "0.255.255.255"), range("private 10", "10.0.0.0", "10.255.255.255"),
        range("carrier-grade NAT", "100.64.0.0", "100.127.255.255"), range("loopback", "127.0.0.0", "127.255.255.255"),
        range("link-local, metadata", "169.254.0.0", "169.254.255.255"), range("private 172", "172.16.0.0", "172.31.255.255"),
        range("protocol assignments", "192.0.0.0", "192.0.0.255"), range("documentation 1", "192.0.2.0", "192.0.2.255"),
        range("relay anycast", "192.88.99.0", "192.88.99.255"), range("private 192", "192.168.0.0", "192.168.255.255"),
        range("benchmarks", "198.18.0.0", "198.19.255.255"), range("documentation 2", "198.51.100.0", "198.51.100.255"),
        range("documentation 3", "203.0.113.0", "203.0.113.255"), range("multicast", "224.0.0.0", "239.255.255.255"),
        range("reserved, broadcast", "240.0.0.0", "255.255.255.255"),
    ]

    /// Addresses with a name of their own.
    static let famous = ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "127.0.0.1", "255.255.255.255"]

    static let privateIPv4: [UInt32] =
        ranges.flatMap { [$0.first, $0.first / 2 + $0.last / 2, $0.last] } + famous.map(number)

    static let privateIPv6 = [
        "::", "::1", "::2", "::ffff:0:0", "fc00::", "fc00::1", "fd00::1", "fd00:ec2::254", "fd20:ce::254", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe80::1", "fe80::a9fe:a9fe", "febf:ffff::1", "fec0::1", "feff::1", "ff00::", "ff02::1", "ff05::2", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "100::1", "100:0:0:1::1", "64:ff9b:1::1", "64:ff9b:1:ffff::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff:ffff::1",
        "2001:db8::1", "2001:db8:ffff::1", "2002::1", "3fff::1", "3fff:fff:ffff::1", "5f00::1", "4000::1", "8000::1", "e000::1",
        "1fff:ffff::1", "::ffff:0:127.0.0.1",
    ]

    /// Every private IPv4 address by itself and in each of the coats that IPv6 has for it.
    static let all: [String] = privateIPv4.flatMap(coats) + privateIPv6

    static func coats(_ number: UInt32) -> [String] {
        let dotted = text(number)
        let (high, low) = (String(number >> 16, radix: 16), String(number & 0xFFFF, radix: 16))
        let (highTurned, lowTurned) = (String(~number >> 16, radix: 16), String(~number & 0xFFFF, radix: 16))
        return [
            dotted, "::ffff:\(dotted)", "0:0:0:0:0:ffff:\(high):\(low)", "64:ff9b::\(dotted)", "64:ff9b::\(high):\(low)", "::\(dotted)",
            "2002:\(high):\(low)::1", "2001:0:808:808:8000:ffff:\(highTurned):\(lowTurned)",
        ]
    }

    /// Anybody may have a shop here.
    static let open = [
        "8.8.8.8", "1.1.1.1", "23.227.38.65", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "169.253.255.255", "169.255.0.0", "223.255.255.255", "11.0.0.0", "9.255.255.255", "1.0.0.0",
        "126.255.255.255", "128.0.0.0", "2606:4700::1111", "2a00:1450:4001:80b::200e", "2000::1", "2001:200::1", "2001:4860:4860::8888", "2003::1",
        "3ffe::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2001:db7:ffff::1", "2001:db9::1",
    ]

    /// What a person or a program may type for the loopback of this machine. The port follows.
    static func loopbackAddresses(port: Int) -> [String] {
        let hosts = [
            "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "127.0.0.2", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0X7F.0x0.0x0.0x1",
            "0177.0.0.1", "0177.1", "017700000001", "00000177.0.0.1", "0.0.0.0", "0", "0x0", "00", "localhost", "LOCALHOST", "localhost.",
            "127.0.0.1.",
            "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::]", "[::127.0.0.1]",
            "[::ffff:0.0.0.0]", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]", "[fe80::1%25lo]", "[::1%25lo]", "127。0。0。1", "①②⑦.0.0.1", "%31%32%37.0.0.1",
            "127.0.0.1%00.example.com", "127.0.0.1%2f.example.com",
        ]
        let wrapped = [
            "http://shop.example@127.0.0.1:\(port)/", "http://shop.example:80@127.0.0.1:\(port)/", "http://shop.example%40127.0.0.1:\(port)/",
            "HTTP://127.0.0.1:\(port)/", "http://127.0.0.1:\(port)/?https://shop.example/", "http://127.0.0.1:\(port)#@shop.example/",
            "http://shop.example\\@127.0.0.1:\(port)/", " http://127.0.0.1:\(port)/", "http:/127.0.0.1:\(port)/", "//127.0.0.1:\(port)/",
            "https://127.0.0.1:\(port)/", "https://localhost:\(port)/", "http+unix://%2Frun%2Fdocker.sock/", "unix:///run/docker.sock",
            "https+unix://%2Frun%2Fdocker.sock/", "file:///etc/passwd", "gopher://127.0.0.1:\(port)/", "ftp://127.0.0.1:\(port)/", "",
            "127.0.0.1:\(port)",
        ]
        return hosts.map { "http://\($0):\(port)/" } + wrapped
    }

    static func number(_ dotted: String) -> UInt32 { dotted.split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) } }

    static func text(_ number: UInt32) -> String { [24, 16, 8, 0].map { String(number >> $0 & 255) }.joined(separator: ".") }

    private static func range(_ name: String, _ first: String, _ last: String) -> Range {
        Range(name: name, first: number(first), last: number(last))
    }
}
