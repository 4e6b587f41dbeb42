// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Clocks
import Foundation
import House
import Logging
import Serving
import Storage
import Trade
import Vocabulary

/// From a sale at one shop to the changed quantity acknowledged by the two others, over real HTTP, at a hundred orders a second.
///
/// Every order buys another article, so each sale has its own answer. Amazon is given a larger seller's plan (its standard
/// five listing updates a second cannot carry a hundred): the plan's factor is in the figure's name.
struct PropagationBench {
    let folder: URL

    private static let plan = 40.0

    func run() async throws -> [Figure] {
        let run = StreetRun(folder: folder, ordersPerSecond: 100, seconds: 15, amazonPlan: Self.plan, ports: 8481)
        let lags = try await run.measure()
        func percentile(_ share: Double) -> Double { lags.isEmpty ? .infinity : Double(lags[min(lags.count - 1, Int(Double(lags.count) * share))]) }
        let name = "sale to acknowledged by the other shops at 100 orders/s (Amazon's plan x\(Int(Self.plan)))"
        return [
            Figure(name: "\(name), p50", value: percentile(0.5), unit: "ms", limit: nil, aim: "under 1000 ms", betterIsHigher: false),
            Figure(name: "\(name), p99", value: percentile(0.99), unit: "ms", limit: nil, aim: "under 1000 ms", betterIsHigher: false),
        ]
    }
}
