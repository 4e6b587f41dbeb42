// SPDX-License-Identifier: Apache-2.0

import Availability
import Inventory
import Logging
import Orders
import Storage
import Vocabulary

/// Follows stock: whenever some variant's stock changed, decides anew what each channel should show.
struct AvailabilityWork: Sendable {
    let hub: Hub
    let lags: LagMeter
    let log: Logger

    static let batchMax = 500

    func run() async {
        while !Task.isCancelled {
            let seen = hub.store.signals.count(of: [StockDesk.signal])
            do {
                if try await step() < Self.batchMax { await hub.store.signals.wait(for: [StockDesk.signal], after: seen) }
            } catch {
                log.error("quantities could not be decided", metadata: ["error": "\(error)"])
                try? await hub.clock.wait(.seconds(1))
            }
        }
    }

    /// Works through some changed variants and tells how many.
    func step() async throws -> Int {
        let (count, decided) = try await hub.store.write { transaction -> (Int, [ID<VariantKind>]) in
            let now = hub.clock.now()
            try ExposureTable.hear(at: now, in: transaction)
            let variants = try StockChanges.take(limit: Self.batchMax, in: transaction)
            guard !variants.isEmpty else { return (0, []) }
            let decided = try DecideQuantities(variants: variants, at: now).run(ledger: hub.ledger, in: transaction)
            try OrderExceptions.closeFilled(at: now, in: transaction)
            return (variants.count, decided)
        }
        lags.decided(decided)
        return count
    }
}
