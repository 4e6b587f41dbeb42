// SPDX-License-Identifier: Apache-2.0

import JSONText

/// A part of an order that one location has to send.
struct FulfillmentWork: Sendable {
    struct Line: Sendable {
        var id: String
        var orderLine: String
        var remaining: Int
    }
    var id: String
    var status: String
    var location: String
    var lines: [Line]

    /// Only these two take a fulfilment.
    var isOpen: Bool { status == "OPEN" || status == "IN_PROGRESS" }
}

/// Which units are taken from which fulfilment order. Shopify takes fulfilment orders of one location a call, and at most
/// 250 lines in a list.
struct ShipmentPlan: Sendable {
    struct Part: Sendable {
        var order: String
        /// Nil: everything that remains of it.
        var lines: [(id: String, quantity: Int)]?

        var input: JSONValue {
            var input: JSONValue = ["fulfillmentOrderId": .string(order)]
            guard let lines else { return input }
            let entries = lines.map { line -> JSONValue in
                ["id": .string(line.id), "quantity": .integer(line.quantity)]
            }
            input.add("fulfillmentOrderLineItems", .array(entries))
            return input
        }
    }
    struct Call: Sendable {
        var location: String
        var orders: [Part]
    }

    static let linesMax = 250

    private(set) var calls: [Call] = []
    /// Units that no open fulfilment order holds, by order line.
    private(set) var missing: [String: Int]
    private var held: Set<String> = []

    init(_ needed: [String: Int], from work: [FulfillmentWork]) {
        missing = needed.filter { $0.value > 0 }
        for order in work {
            guard order.isOpen else {
                for line in order.lines where line.remaining > 0 && missing[line.orderLine] != nil {
                    held.insert(order.status)
                }
                continue
            }
            var taken: [(id: String, quantity: Int)] = []
            var isWhole = true
            for line in order.lines where line.remaining > 0 {
                let units = min(line.remaining, missing[line.orderLine] ?? 0)
                if units < line.remaining { isWhole = false }
                guard units > 0 else { continue }
                taken.append((line.id, units))
                let left = (missing[line.orderLine] ?? 0) - units
                missing[line.orderLine] = left == 0 ? nil : left
            }
            guard !taken.isEmpty else { continue }
            if isWhole {
                add(Part(order: order.id, lines: nil), at: order.location)
            } else {
                for start in stride(from: 0, to: taken.count, by: Self.linesMax) {
                    let end = min(start + Self.linesMax, taken.count)
                    add(
                        Part(order: order.id, lines: Array(taken[start..<end])), at: order.location,
                        alone: taken.count > Self.linesMax)
                }
            }
        }
    }

    private mutating func add(_ part: Part, at location: String, alone: Bool = false) {
        if !alone, let position = calls.firstIndex(where: { $0.location == location }),
            calls[position].orders.count < Self.linesMax
        {
            calls[position].orders.append(part)
        } else {
            calls.append(Call(location: location, orders: [part]))
        }
    }

    /// Why it cannot be sent, for the person who looks at it.
    var why: String {
        let units = missing.values.reduce(0, +)
        guard held.isEmpty else {
            return "\(units) units cannot be sent: their fulfilment order is \(held.sorted().joined(separator: ", "))"
        }
        return "\(units) units are not there to be sent any more"
    }
}
