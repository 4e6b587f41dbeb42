// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import SQLiteStorage
import Vocabulary

/// What the shops tell the hub: late, doubled, lost, or while nobody is there.
extension Simulation {
    func collect() { for shop in shops where shop.isTouched { send(from: shop) } }

    func send(from shop: SimulatedShop) {
        let now = clock.now()
        for webhook in shop.departures(at: now) {
            let delays = wire.deliveries()
            // Lost on the way: the shop believes it arrived.
            if delays.isEmpty { shop.delivered(webhook, status: 200, at: now) }
            for (copy, delay) in delays.enumerated() { agenda.add(.deliver(shop, webhook, isFirst: copy == 0), at: now + delay) }
        }
    }

    func deliver(_ webhook: TwinWebhook, from shop: SimulatedShop, isFirst: Bool) {
        guard let process, !wire.isCut(shop.number) else {
            if isFirst { shop.delivered(webhook, status: nil, at: clock.now()) }
            return
        }
        let account = ID<AccountKind>(Int64(shop.number + 1))
        Task(executorPreference: thread) { [clock, trace] in
            let status = try? await process.receiver.receive(webhook.request, for: account).rawValue
            // Whoever died cannot answer.
            let told = process.store.isDead ? nil : status
            trace.note(clock.now(), "message \(shop.number) \(webhook.number) \(told ?? 0)")
            if isFirst { shop.delivered(webhook, status: told, at: clock.now()) }
        }
    }
}
