// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Testing

@Suite struct `Header lines` {
    @Test func `are found without letter case`() {
        let headers: HTTPHeaders = ["Content-Type": "application/json", "X-Shopify-Topic": "orders/create"]
        #expect(headers["content-type"] == "application/json")
        #expect(headers["X-SHOPIFY-TOPIC"] == "orders/create")
        #expect(headers["Content_Type"] == nil)
        #expect(headers["Content-Typ"] == nil)
    }

    @Test func `fold the letters of ASCII only`() {
        let headers = HTTPHeaders([("x[", "1"), ("é", "2")])
        #expect(headers["X{"] == nil)
        #expect(headers["É"] == nil)
        #expect(headers["é"] == "2")
    }

    @Test func `of one name can be several, and the first is told`() {
        var headers: HTTPHeaders = ["Set-Cookie": "a"]
        headers.add("set-cookie", "b")
        #expect(headers["Set-Cookie"] == "a")
        #expect(headers.lines.map(\.value) == ["a", "b"])
    }

    @Test func `are replaced when set and gone when set to nothing`() {
        var headers: HTTPHeaders = ["A": "1", "B": "2"]
        headers.add("a", "3")
        headers["a"] = "4"
        #expect(headers.lines.map(\.name) == ["B", "a"])
        #expect(headers["A"] == "4")
        headers["A"] = nil
        #expect(headers.lines.map(\.name) == ["B"])
    }
}
