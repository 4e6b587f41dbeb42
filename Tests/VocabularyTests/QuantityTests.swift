// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `A quantity` {
    @Test func `is never negative and never beyond its limit`() {
        #expect(Quantity(0)?.units == 0)
        #expect(Quantity(-1) == nil)
        #expect(Quantity(Quantity.unitsMax)?.units == 1_000_000_000)
        #expect(Quantity(Quantity.unitsMax + 1) == nil)
        #expect(Quantity(.min) == nil && Quantity(.max) == nil)
    }

    @Test func `that is offered is the nearest there is`() {
        #expect(Quantity(clamping: -5) == .zero)
        #expect(Quantity(clamping: 5).units == 5)
        #expect(Quantity(clamping: .max).units == Quantity.unitsMax)
    }

    @Test func `is ordered by its units`() {
        #expect(Quantity(clamping: 2) < Quantity(clamping: 10))
        #expect(Quantity(clamping: 12).description == "12")
    }
}
