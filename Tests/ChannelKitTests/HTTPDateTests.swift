// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Testing
import Vocabulary

@Suite struct `The date of an answer` {
    @Test func `is read as RFC 9110 writes it`() {
        #expect(HTTPDate.moment("Sun, 06 Nov 1994 08:49:37 GMT") == Instant(iso: "1994-11-06T08:49:37Z"))
        #expect(HTTPDate.moment("Thu, 01 Jan 1970 00:00:00 GMT") == Instant(milliseconds: 0))
        #expect(HTTPDate.moment("Tue, 29 Feb 2028 23:59:59 GMT") == Instant(iso: "2028-02-29T23:59:59Z"))
    }

    @Test(arguments: [
        "", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Nev 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37+02:00 GMT",
    ]) func `is nothing else`(text: String) { #expect(HTTPDate.moment(text) == nil) }

    @Test(arguments: [UInt64(1), 2, 3]) func `is written as it is read`(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        for _ in 0..<1_000 {
            let moment = Instant(seconds: Int64(chance.number(in: 0...8_000_000_000)))
            #expect(HTTPDate.moment(HTTPDate.text(moment)) == moment)
        }
        #expect(HTTPDate.text(Instant(milliseconds: 784_111_777_999)) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}
