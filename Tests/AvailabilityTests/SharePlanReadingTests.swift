// SPDX-License-Identifier: Apache-2.0

import Availability
import Testing
import Vocabulary

@Suite struct `Sharing out what is not sure to stand there` {
    /// Nil for what is shown: nobody knows.
    private func seller(
        _ number: Int64, exposure: Int, shown: Int?, compares: Bool = true, isAsked: Bool = false, pace: Int = 100, each: Int = 1, most: Int = 1_000
    ) -> SharePlan.Seller {
        SharePlan.Seller(
            listing: ID(number), exposure: exposure, shown: shown, compares: compares, isAsked: isAsked, pace: pace, each: each, most: most)
    }

    @Test func `asks once where more stands than may be sold, and gives what stands there to nobody else`() {
        let edited = [seller(1, exposure: 3, shown: 8), seller(2, exposure: 0, shown: 0)]
        #expect(SharePlan(units: 20, sellers: edited).wishes == [ID(1): .ask, ID(2): .show(5)])
        #expect(SharePlan(units: 8, sellers: edited).wishes == [ID(1): .ask, ID(2): .leave], "all eight may be sold there")
        let asked = [seller(1, exposure: 3, shown: 8, isAsked: true), seller(2, exposure: 0, shown: 0)]
        #expect(SharePlan(units: 20, sellers: asked).wishes == [ID(1): .leave, ID(2): .show(5)])
    }

    @Test func `asks once where more was sold than could be`() {
        #expect(SharePlan(units: 9, sellers: [seller(1, exposure: -1, shown: 0, compares: false, most: 0)]).wishes == [ID(1): .ask])
        let asked = seller(1, exposure: -1, shown: 0, compares: false, isAsked: true, most: 0)
        #expect(SharePlan(units: 9, sellers: [asked]).wishes == [ID(1): .leave])
    }

    @Test func `asks a shop that shows nothing and may sell much, when another has nothing, for nothing can be taken off`() {
        let sellers = [seller(1, exposure: 10, shown: 0), seller(2, exposure: 0, shown: 0)]
        #expect(SharePlan(units: 10, sellers: sellers).wishes == [ID(1): .ask, ID(2): .leave])
    }

    @Test func `takes what may stand there for what does, where nobody knows`() {
        let sellers = [seller(1, exposure: 10, shown: nil, pace: 1), seller(2, exposure: 0, shown: 0, pace: 99)]
        #expect(SharePlan(units: 10, sellers: sellers).wishes == [ID(1): .show(2), ID(2): .leave])
        let fixed = [seller(1, exposure: 10, shown: nil, most: 4)]
        #expect(SharePlan(units: 10, sellers: fixed, isFixed: true).wishes == [ID(1): .show(4)])
        let asked = [seller(1, exposure: 10, shown: nil, isAsked: true, most: 4)]
        #expect(SharePlan(units: 10, sellers: asked, isFixed: true).wishes == [ID(1): .leave], "the answer is on its way")
        #expect(SharePlan(units: 9, sellers: asked, isFixed: true).wishes == [ID(1): .show(4)], "it may sell what is not there")
    }

    @Test func `takes whole sets back, as many as cover what is missing`() {
        let sellers = [seller(1, exposure: 9, shown: 9, each: 3), seller(2, exposure: 0, shown: 0)]
        #expect(SharePlan(units: 5, sellers: sellers).wishes == [ID(1): .show(3), ID(2): .leave])
    }

    @Test func `is nothing to do where nobody sells, or nothing is left`() {
        #expect(SharePlan(units: 5, sellers: []).wishes.isEmpty)
        #expect(SharePlan(units: -3, sellers: [seller(1, exposure: 0, shown: 0)]).wishes == [ID(1): .leave])
        #expect(SharePlan(units: -3, sellers: [seller(1, exposure: 2, shown: 2)]).wishes == [ID(1): .show(0)])
    }
}
