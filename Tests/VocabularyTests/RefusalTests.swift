// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `A refusal` {
    @Test func `reads the same in every log, whatever order its values were given in`() {
        let refusal = Refusal(.notFound, "order.unknown", ["number": "7", "account": "3"])
        #expect(refusal.description == "notFound: order.unknown (account=3 number=7)")
        #expect(Refusal(.conflict, "stock.taken").description == "conflict: stock.taken")
    }
}
