// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Hummingbird
import Storage

/// The first page.
struct OverviewRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .get("/") { visit in
                let period = OverviewFacts.Period(rawValue: visit.query["period"]) ?? .day
                let facts = try await desk.hub.store.read { try OverviewFacts(period, desk: desk, now: visit.now, in: $0) }
                return Reply.html(desk.show(OverviewPage(facts, visit.words), to: visit))
            }
        ]
    }
}
