// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// Moves each count by the difference between what is wanted and what was believed: into stock out of nothing, or out of stock as
    /// sold elsewhere, as Square's documentation has it for sales of other systems. Square adds and subtracts by itself, once for the key,
    /// and answers what stands there then. A push of no difference moves nothing and is answered by a look.
    ///
    /// Square takes all of a call or none. What it turns down is found by halves, so that one bad entry holds up nobody but itself.
    public func publish(_ pushes: [QuantityPush], idempotencyKey: String, _ access: Access) -> Exchange<[QuantityOutcome]> {
        var run = QuantityRun(pushes: pushes, at: access.now)
        for (position, push) in pushes.enumerated() where push.expected == nil { run.settled[position] = .init(result: .stale(actual: nil)) }
        let moves = pushes.indices.filter { run.delta($0) != 0 }
        let looks = pushes.indices.filter { run.delta($0) == 0 && pushes[$0].expected != nil }
        guard !moves.isEmpty else { return look(looks, run, untold: .init(result: .acknowledged, count: 0)) { run in .done(run.outcomes) } }
        return move(moves, run, key: idempotencyKey) { run in
            looks.isEmpty
                ? .done(run.outcomes) : .then(self.look(looks, run, untold: .init(result: .acknowledged, count: 0)) { run in .done(run.outcomes) })
        }
    }

    private typealias Next = @Sendable (QuantityRun) throws(ChannelFailure) -> Reply<[QuantityOutcome]>

    /// Sends the pushes at these positions.
    private func move(_ positions: [Int], _ run: QuantityRun, key: String, then next: @escaping Next) -> Exchange<[QuantityOutcome]> {
        let body: JSONValue = [
            "idempotency_key": .string(key.utf8.count <= 128 ? key : Self.shortKey(key)),
            "changes": .array(positions.map { run.change($0, at: location) }), "ignore_unchanged_counts": false,
        ]
        let mend: @Sendable (SquareProblem) throws(ChannelFailure) -> Reply<[QuantityOutcome]>? = { problem throws(ChannelFailure) in
            // An earlier try of these pushes came through, with another moment written in it.
            if problem.isKeyUsed { return .then(self.look(positions, run, then: next)) }
            switch problem.failure {
            case .refused(let why) where problem.isOfTheClock:
                var run = run
                for position in positions { run.settled[position] = .init(result: .failed(why)) }
                return try next(run)
            case .refused(let why), .notFound(let why):
                if positions.count > 1 {
                    let (first, second) = (Array(positions.prefix(positions.count / 2)), Array(positions.suffix((positions.count + 1) / 2)))
                    return .then(
                        self.move(first, run, key: Self.shortKey(key, "first")) { run in
                            .then(self.move(second, run, key: Self.shortKey(key, "second"), then: next))
                        })
                }
                var run = run
                for position in positions { run.settled[position] = .init(result: .refused(why)) }
                return try next(run)
            default: return nil
            }
        }
        return call(.post, "/v2/inventory/changes/batch-create", body, mend: mend) { answer throws(ChannelFailure) in
            var run = run
            do throws(Unreadable) {
                let counts = try StockCount.list(answer["counts"], at: location)
                run.acknowledge(positions, Dictionary(counts.map { ($0.variation, $0) }, uniquingKeysWith: { _, last in last }))
            } catch { throw .unreadable(error) }
            // Counts that it computes from others are left out of this answer.
            let untold = positions.filter { run.settled[$0] == nil }
            return untold.isEmpty ? try next(run) : .then(self.look(untold, run, then: next))
        }
    }

    /// Reads what stands there: after a push that moved nothing, or whose answer did not say.
    /// - Parameter untold: what becomes of one that Square keeps no count of. Before a move it stands at nothing; after one it is not counted
    ///   like others, and nobody knows what the move did.
    private func look(
        _ positions: [Int], _ run: QuantityRun, untold: QuantityRun.Settled = .init(result: .failed("Square keeps no count of it")),
        then next: @escaping Next
    ) -> Exchange<[QuantityOutcome]> {
        counts(of: positions.map { run.pushes[$0].key.stock }[...]) { counts throws(ChannelFailure) in
            var run = run
            run.acknowledge(positions, counts)
            for position in positions where run.settled[position] == nil { run.settled[position] = untold }
            return try next(run)
        }
    }
}

/// The pushes of one call with what became of them so far.
struct QuantityRun: Sendable {
    struct Settled: Sendable {
        var result: QuantityOutcome.Result
        /// What stands there now.
        var count: Int?
    }
    let pushes: [QuantityPush]
    let at: Instant
    var settled: [Int: Settled] = [:]

    init(pushes: [QuantityPush], at: Instant) {
        self.pushes = pushes
        self.at = at
    }

    /// By how much the count has to move; nothing where nobody knows from where.
    func delta(_ position: Int) -> Int { pushes[position].expected.map { pushes[position].quantity.units - $0 } ?? 0 }

    func change(_ position: Int, at location: String) -> JSONValue {
        let delta = delta(position)
        let adjustment: JSONValue = [
            "catalog_object_id": .string(pushes[position].key.stock), "catalog_object_type": "ITEM_VARIATION", "location_id": .string(location),
            "from_state": delta > 0 ? "NONE" : "IN_STOCK", "to_state": delta > 0 ? "IN_STOCK" : "SOLD",
            "quantity": .string(String(delta.magnitude)), "occurred_at": .string(at.iso),
        ]
        return ["type": "ADJUSTMENT", "adjustment": adjustment]
    }

    mutating func acknowledge(_ positions: [Int], _ counts: [String: StockCount]) {
        for position in positions {
            guard let count = counts[pushes[position].key.stock] else { continue }
            settled[position] = Settled(result: .acknowledged, count: count.quantity)
        }
    }

    var outcomes: [QuantityOutcome] {
        pushes.enumerated().map { position, push in
            let settled = settled[position]
            return QuantityOutcome(
                key: push.key, quantity: settled?.count.map { Quantity(clamping: $0) } ?? push.quantity,
                result: settled?.result ?? .failed("not applied"))
        }
    }
}
