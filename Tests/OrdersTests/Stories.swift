// SPDX-License-Identifier: Apache-2.0

import Orders
import Vocabulary

/// What can happen to an order, as pieces of news that may come in any order.
enum Stories {
    struct Story: Sendable, CustomStringConvertible {
        var description: String
        /// What is on the shelf, so that it is exactly enough.
        var mugs: Int
        var tins: Int
        var news: @Sendable (Told) -> [OrderNews]
    }

    static let all: [Story] = [
        Story(description: "sold, paid, shipped in part, refunded both ways, cancelled", mugs: 3, tins: 2) { told in
            [
                told.placed([("mug", 3), ("tin", 2)], payment: .pending), told.placed([("mug", 3), ("tin", 2)], revision: 2),
                told.parcel("p1", [("mug", 2)]),
                told.refund("r1", [("mug", 1)], .restocked), told.refund("r2", [("tin", 1)], .notRestocked),
                told.placed([("mug", 3), ("tin", 2)], revision: 3, isCancelled: true),
            ]
        },
        Story(description: "cancelled and taken up again", mugs: 2, tins: 1) { told in
            [
                told.placed([("mug", 2), ("tin", 1)]), told.placed([("mug", 2), ("tin", 1)], revision: 2, isCancelled: true),
                told.placed([("mug", 2), ("tin", 1)], revision: 3), told.parcel("p1", [("mug", 2), ("tin", 1)]),
                told.refund("r1", [("mug", 1)], .restocked),
            ]
        },
        Story(description: "edited: more mugs, the tin off, a jar that nobody knows", mugs: 5, tins: 1) { told in
            [
                told.placed([("mug", 3), ("tin", 1)]), told.placed([("mug", 5)], revision: 2), told.placed([("mug", 5), ("jar", 2)], revision: 3),
                told.refund("r1", [("tin", 1)], .removed), told.parcel("p1", [("mug", 4)]),
            ]
        },
        Story(description: "parcel by parcel, one of them called back", mugs: 4, tins: 0) { told in
            [
                told.placed([("mug", 4)]), told.parcel("p1", [("mug", 1)]), told.parcel("p2", [("mug", 2)]),
                told.parcel("p2", [("mug", 2)], isCancelled: true),
                told.parcel("p3", [("mug", 3)]), told.refund("r1", [("mug", 1)], .restocked),
            ]
        },
        Story(description: "refunded before anybody says where the goods are", mugs: 2, tins: 1) { told in
            [
                told.placed([("mug", 2), ("tin", 1)]), told.refund("r1", [("mug", 2)], .unknown), told.refund("r1", [("mug", 2)], .restocked),
                told.parcel("p1", [("mug", 1)]), told.refund("r2", [("tin", 1)], .notRestocked),
            ]
        },
        Story(description: "thought lost, and shipped after all", mugs: 2, tins: 0) { told in
            [told.placed([("mug", 2)]), told.refund("r1", [("mug", 1)], .notRestocked), told.parcel("p1", [("mug", 2)])]
        },
        Story(description: "restocked without limit", mugs: 2, tins: 2) { told in
            [
                told.placed([("mug", 2), ("tin", 2)]), told.parcel("p1", [("mug", 1)]), told.refund("r1", [("mug", 2)], .restocked),
                told.refund("r2", [("mug", 2), ("tin", 2)], .restocked), told.refund("r3", [("tin", 1)], .notRestocked),
            ]
        },
    ]

    /// Every order in which the pieces can come.
    static func permutations<Element>(_ elements: [Element]) -> [[Element]] {
        guard elements.count > 1 else { return [elements] }
        return elements.indices.flatMap { index in
            var rest = elements
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}

/// What a story ends with, told without anything that depends on when what was heard: lines that were taken off again are gone.
struct Ending: Hashable, Sendable {
    var lines: [String: OrderFold.Line]
    var money: OrderFold.Money
    var refunded: Int64
    var status: Order.Status

    init?(_ order: Order?) {
        guard let order else { return nil }
        let fold = OrderFold(order)
        lines = [:]
        for (line, amounts) in zip(order.lines, fold.lines) where amounts.ordered > 0 { lines[line.externalID] = amounts }
        money = fold.money
        refunded = fold.refunded
        status = fold.status
    }
}
