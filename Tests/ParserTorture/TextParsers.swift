// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import House
import JSONText
import Trade
import Vocabulary
import Web

/// Everything that reads what others wrote.
enum Parsers {
    static func all() throws -> [Parser] { texts + (try ChannelParsers.all()) }

    private static var texts: [Parser] {
        [
            text("json", json) { bytes in
                guard let json = try? JSON.parse(bytes) else { return false }
                look(json)
                return true
            },
            text("json of the api", json) { bytes in (try? JSON.parse(bytes, limits: .init(bytes: 64 << 10, depth: 8))).map(look) != nil },
            word("moments", ["2026-11-02T09:00:00Z", "2026-11-02T09:00:00.123+05:30", "2026-11-02 09:00", "2026-11-02", "2026-11-02T09:00:00"]) {
                text in
                let moments = [
                    Instant(iso: text), Instant(iso: text, zoneless: 0), Instant(iso: text, zoneless: -720), Instant(iso: text, zoneless: 840),
                ]
                for moment in moments.compactMap({ $0 }) { _ = (moment.iso, moment.isoLocalSeconds, CalendarTime(moment)) }
                return moments.contains { $0 != nil }
            },
            word("amounts", ["12.50", "-0.01", "1234567.8901", "0", "12", "99999999999.99"]) { text in
                let decimal = Decimal10(text)
                var wasRead = decimal != nil
                _ = decimal?.description
                for currency in currencies {
                    guard let money = Money(text, currency) else { continue }
                    _ = money.decimalText
                    wasRead = true
                }
                return wasRead
            },
            word("counts and ids", ["1", "-5", "100000", "9007199254740993", "1000000000"]) { text in
                let number = Int(text)
                _ = number.map { (Quantity($0), Quantity(clamping: $0), PackedCount(wrappedValue: $0)) }
                return number.flatMap { Quantity($0) } != nil || ID<AccountKind>(text: text) != nil
            },
            word("article numbers", ["4006381333931", "MUG-BLUE", " mug blue ", "00012345600012", "ß-Größe/1"]) { text in
                let gtin = GTIN(text)
                let sku = SKU(text)
                _ = sku.map { ($0 == SKU("MUG-BLUE"), $0.text) }
                _ = gtin.map { $0 == GTIN("4006381333931") }
                return gtin != nil || sku != nil
            },
            word("currencies", ["GBP", "EUR", "gbp"]) { Currency($0) != nil },
            word(
                "addresses",
                ["https://shop.example.test/a/b?c=d&e=f%20g", "/hooks/1?x=1&x=2&&=&a", "sqlite:data/hub.sqlite", "127.0.0.1:8080", "//evil.test"]
            ) { text in
                let request = HTTPRequest(.get, text)
                _ = (request.path, request.query, request.query("c"), Site.isOurs(text), Site.escape(text))
                _ = (URLText.decode(text), URLText.decode(text, plusIsBlank: true), URLText.encode(text))
                return (try? DatabaseAddress(text)) != nil || !request.query.isEmpty
            },
            word("base64", ["c2lnbmF0dXJl", "AAAA", "//79+w==", "YQ=="]) { ByteText.bytes(base64: $0) != nil },
            text("forms", ["form-key=abc&units=5&note=a%20b+c&location=1&reason=found", "email=a%40b.test&password=%C3%A9", "a=1&a=2&&=&b"]) {
                bytes in
                guard let fields = Fields(encoded: bytes) else { return false }
                _ = (fields["units"], fields["note"], fields.has("a"), fields.query)
                return true
            },
            text("comma-separated values", csv) { bytes in
                var scanner = CSVScanner()
                var texts = 0
                let middle = bytes.count / 2
                let reads: (CSVRecord) throws(RetailProblem) -> Void = { for field in 0..<$0.count { texts += $0.text(field).utf8.count } }
                do throws(RetailProblem) {
                    try scanner.scan(bytes[..<middle], isLast: false, each: reads)
                    try scanner.scan(bytes[middle...], isLast: true, each: reads)
                } catch { return false }
                return true
            },
        ]
    }

    /// What stands in the head of a request is at most that long: the server refuses more.
    private static let wordBytesMax = 32 << 10

    static let currencies = ["GBP", "JPY", "KWD"].compactMap { Currency($0) }

    private static let json = [
        #"{"id":1,"name":"a\u00e9\ud83d\ude00","list":[1,2.5,-3e4,true,false,null,{"a":{"b":[]}}],"text":"\"\\\/\b\f\n\r\t"}"#, "[]", "1", "\"x\"",
        #"[{"lines":[{"position":0,"units":2}],"tracking":{"carrier":"a","number":"b","url":"https://c"}}]"#,
    ]
    private static let csv = [
        "Invoice,StockCode,Description,Quantity\r\n1,A,\"a, \"\"b\"\"\",5\n2,B,\"two\nlines\",-1\n", "\u{FEFF}a;b\n\n\"\"\n", "a,b,c",
    ]

    private static func text(_ name: String, _ samples: [String], _ read: @escaping ([UInt8]) -> Bool) -> Parser {
        let bytes = samples.map { Array($0.utf8) }
        let mutator = Mutator(samples: bytes)
        return Parser(name: name) { chance in
            let input = mutator.input(from: bytes[chance.number(in: 0...(bytes.count - 1))], &chance)
            return Parser.Attempt(label: name, input: input) { read(input) }
        }
    }

    private static func word(_ name: String, _ samples: [String], _ read: @escaping (String) -> Bool) -> Parser {
        text(name, samples) { read(String(decoding: $0.prefix(wordBytesMax), as: UTF8.self)) }
    }

    /// Asks a text for everything that it can be asked for.
    static func look(_ json: JSON) {
        _ = (json.kind, json.isNull, json.string, json.text, json.integer, json.bool, json["a"], json[dynamic: "id"], json.source.count, json.value)
        for element in json.elements { see(element) }
        for member in json.members { see(member.value) }
    }
    private static func see(_ json: JSON) { _ = (json.string, json.text, json.integer, json.bool, json["a"]?.text, json.members.count) }
}
