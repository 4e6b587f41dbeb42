// SPDX-License-Identifier: Apache-2.0

import JSONText
import Testing

@Suite struct `A JSON text` {
    private let order = """
        {"id": 820982911946154508, "a": 1, "total": "403.00", "rate": 0.10, "paid": true, "note": null,
         "lines": [{"sku": "A"}, {"sku": "B", "tags": []}, 3], "a": 2, "na\\u006de": "caf\\u00e9"}
        """

    @Test func `is read in place by the names of its members`() throws {
        let json = try JSON.parse(order)
        #expect(json.kind == .object)
        #expect(json["id"]?.integer == 820_982_911_946_154_508)
        #expect(json["total"]?.string == "403.00")
        #expect(json["paid"]?.bool == true)
        #expect(json["note"]?.isNull == true)
        #expect(json["lines"]?.elements.map { $0["sku"]?.string } == ["A", "B", nil])
        #expect(json["none"] == nil)
        #expect(json[dynamic: "total"]?.string == "403.00")
        #expect(json["lines"]?["sku"] == nil)
    }

    @Test func `keeps the digits of its numbers`() throws {
        let json = try JSON.parse(order)
        #expect(json["rate"]?.text == "0.10")
        #expect(json["rate"]?.integer == nil)
        #expect(json["rate"]?.string == nil)
        #expect(json["id"]?.text == "820982911946154508")
    }

    @Test func `gives the first of two members of the same name`() throws {
        #expect(try JSON.parse(order)["a"]?.integer == 1)
    }

    @Test func `finds a member whose name is escaped`() throws {
        let json = try JSON.parse(order)
        #expect(json["name"]?.string == "café")
        #expect(json.members.last?.name == "name")
    }

    @Test func `tells members in the order they stand in, with the bytes they were read from`() throws {
        let json = try JSON.parse("{\"b\": [1, 2 ], \"a\":{}}")
        #expect(json.members.map(\.name) == ["b", "a"])
        #expect(json["b"].map { String(decoding: $0.source, as: UTF8.self) } == "[1, 2 ]")
    }

    @Test(arguments: [
        ("12", 12), ("-12", -12), ("\"12\"", 12), ("\"-7\"", -7), ("0", 0), ("9223372036854775807", Int.max),
    ])
    func `holds whole numbers bare or quoted`(text: String, value: Int) throws {
        #expect(try JSON.parse(text).integer == value)
    }

    @Test(arguments: [
        "1.0", "1e2", "\"\"", "\"-\"", "\"1 \"", "\"+1\"", "true", "null", "[]", "9223372036854775808", "\"٣\"",
    ])
    func `holds no whole number elsewhere`(text: String) throws {
        #expect(try JSON.parse(text).integer == nil)
    }

    @Test func `answers with nothing where another kind is asked for`() throws {
        for text in ["null", "true", "1", "\"x\"", "[]", "{}"] {
            let json = try JSON.parse(text)
            #expect((json.string != nil) == (json.kind == .string))
            #expect((json.bool != nil) == (json.kind == .bool))
            #expect(json.elements.map(\.kind).isEmpty && json.members.isEmpty)
            #expect(json["x"] == nil)
        }
        #expect(try JSON.parse("true").text == "true" && JSON.parse("false").text == "false")
    }

    @Test func `may begin with a byte order mark and blanks`() throws {
        #expect(try JSON.parse("\u{FEFF} \r\n\t[ ] ").kind == .array)
    }
}
