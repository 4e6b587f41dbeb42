// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `The hub's own numbers` {
    @Test func `are read from positive whole numbers only`() {
        #expect(ID<OrderKind>(text: "42") == ID(42))
        for text in ["", "0", "-1", "4.2", " 42", "42x", "9223372036854775808"] {
            #expect(ID<OrderKind>(text: text) == nil, "\(text)")
        }
    }

    @Test func `are ordered and read back from their text`() {
        #expect(ID<ProductKind>(9) < ID(10))
        #expect(ID<ProductKind>(text: ID<ProductKind>(7).description) == ID(7))
    }
}
