// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText

/// Whether refunded units went back on the shelf.
///
/// A refund does not say so itself. But the order line keeps count: `_reduced_stock` is what it still has off the shelf
/// and `_restock_refunded_items` is how many units its refunds put back in all (recording 214: one, one, none and forty
/// make 42). All, none, or one possible choice of refunds decides; of the others the line's count says how many it was.
enum Restocking {
    struct Unit: Sendable {
        var refundID: String
        var lineID: String
        var quantity: Int
        /// What we wrote on a refund of our own.
        var told: Bool?
    }

    /// How many units of an order line its refunds put back in all; nil when the shop does not tell.
    static func counted(_ line: JSON) -> Int? {
        let restocked = line.meta("_restock_refunded_items")?["value"]?.integer
        // Neither key: the article is not counted, or the order was cancelled and its stock given back another way.
        let count = line.meta("_reduced_stock") == nil && restocked == nil ? nil : restocked ?? 0
        return count.flatMap { $0.magnitude <= unitsMax ? $0 : nil }
    }

    /// By refund id, a slash, and line id.
    static func dispositions(order: JSON, _ units: [Unit]) -> [String: ChannelRefund.Disposition] {
        guard !units.isEmpty else { return [:] }
        var counts: [String: Int?] = [:]
        for line in order.list("line_items") {
            guard let id = line["id"]?.text else { continue }
            counts[id] = .some(counted(line))
        }
        var found: [String: ChannelRefund.Disposition] = [:]
        for (lineID, all) in Dictionary(grouping: units, by: \.lineID) {
            let known = all.filter { $0.told != nil }
            for unit in known { found[unit.refundID + "/" + lineID] = unit.told == true ? .restocked : .notRestocked }
            let open = all.filter { $0.told == nil }
            guard let counted = counts[lineID], let counted else { continue }
            let left = counted - known.reduce(0) { $0 + ($1.told == true ? $1.quantity : 0) }
            for (unit, restocked) in zip(open, choice(open.map(\.quantity), sum: left)) {
                guard let restocked else { continue }
                found[unit.refundID + "/" + lineID] = restocked ? .restocked : .notRestocked
            }
        }
        return found
    }

    /// For each quantity whether it is part of the sum; nil where both are possible. Up to `openMax` refunds of one line are tried.
    static func choice(_ quantities: [Int], sum: Int) -> [Bool?] {
        let unknown = [Bool?](repeating: nil, count: quantities.count)
        let (total, over) = quantities.reduce((0, false)) { partial, quantity in
            let (sum, over) = partial.0.addingReportingOverflow(quantity)
            return (sum, partial.1 || over)
        }
        if over || sum < 0 { return unknown }
        if sum == 0 { return quantities.map { _ in false } }
        if sum == total { return quantities.map { _ in true } }
        guard sum < total, quantities.count <= openMax else { return unknown }
        var inside = [Bool](repeating: false, count: quantities.count)
        var outside = inside
        for mask in 1..<(1 << quantities.count) {
            let picked = quantities.indices.filter { mask & (1 << $0) != 0 }
            guard picked.reduce(0, { $0 + quantities[$1] }) == sum else { continue }
            for index in quantities.indices {
                if mask & (1 << index) != 0 { inside[index] = true } else { outside[index] = true }
            }
        }
        return quantities.indices.map { inside[$0] == outside[$0] ? nil : inside[$0] }
    }

    private static let openMax = 10
    /// More than any line ever held: a count beyond it is not one.
    private static let unitsMax = 1_000_000_000_000 as UInt
}
