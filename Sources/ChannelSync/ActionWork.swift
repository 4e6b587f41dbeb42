// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Journal
import Logging
import Orders
import Storage
import Vocabulary

/// Tells an account what was done to its orders here: shipments, cancellations, refunds, each until it is acknowledged.
struct ActionWork: Sendable {
    let hub: Hub
    let account: ChannelAccount
    let line: AccountLine
    let log: Logger

    static let attemptsMax = 8

    func run() async {
        let queue = OrderAction.queue(of: account.id)
        while !Task.isCancelled {
            let seen = hub.store.signals.count(of: [Jobs.signal])
            do {
                let now = hub.clock.now()
                let jobs = try await hub.store.write { try Jobs.lease(queue: queue, limit: 1, at: now, until: now + .minutes(5), in: $0) }
                for job in jobs { await perform(job) }
                guard jobs.isEmpty else { continue }
                let next = try await hub.store.read { try Jobs.nextDue(queue: queue, in: $0) }
                await hub.store.signals.wait(for: [Jobs.signal], after: seen, until: next, on: hub.clock)
            } catch {
                log.error("actions could not be told", metadata: ["account": "\(account.name)", "error": "\(error)"])
                try? await hub.clock.wait(.seconds(1))
            }
        }
    }

    private func perform(_ job: Job) async {
        do {
            guard let told = try await hub.store.read({ try ActionTranslation(job: job, in: $0) }) else {
                return await park(job, "the order or its parcel is gone")
            }
            try await line.run(for: .action, { $0.perform(told.action, idempotencyKey: job.key, $1) }) { outcome in
                let externalID: String? =
                    switch outcome {
                    case .done(let id), .alreadyDone(let id): id
                    }
                try await hub.store.write { transaction in
                    guard try Jobs.finish(job, in: transaction) else { return }
                    let now = hub.clock.now()
                    try AcknowledgeAction(
                        order: told.order, action: told.kind, key: told.key, externalID: externalID, actor: "channel:\(account.id)", at: now
                    ).run(with: hub.orders, in: transaction)
                    if told.kind != .ship, type(of: line.connector).profile.abilities.lowersOwnStock {
                        try DoubtShelf(account: account.id, order: told.order, at: now).run(in: transaction)
                    }
                    try Exceptions.close(key: "job:\(job.number)", resolution: "acknowledged", at: now, in: transaction)
                    try SyncStreamTable.succeeded(account.id, .actions, at: now, in: transaction)
                }
            }
        } catch let failure as ChannelFailure {
            await failed(job, failure)
        } catch {
            log.error("an action failed", metadata: ["job": "\(job.number)", "error": "\(error)"])
            await retry(job, "\(error)")
        }
    }

    private func failed(_ job: Job, _ failure: ChannelFailure) async {
        switch failure {
        case .refused(let why), .notFound(let why), .forbidden(let why): await park(job, why)
        case .unreadable(let why): await park(job, why.detail)
        case .throttled, .unauthorized, .unavailable, .offLimits, .lost:
            if await isAlone(job) { await park(job, "\(failure)") } else { await retry(job, "\(failure)") }
        }
    }

    /// The channel answers other questions, and this act fails again and again. While it answers nobody, the act waits for it, however long.
    private func isAlone(_ job: Job) async -> Bool {
        guard job.attempts >= Self.attemptsMax else { return false }
        let lastTry = hub.clock.now() - QuantityWork.backOff(job.attempts - 1)
        let answered = try? await hub.store.read { try SyncStreamTable.find(account.id, .orders, in: $0)?.okAt }
        return answered.flatMap { $0 }.map { $0 > lastTry } ?? false
    }

    private func retry(_ job: Job, _ reason: String) async {
        try? await hub.store.write { transaction in
            let now = hub.clock.now()
            try Jobs.retry(job, at: now + QuantityWork.backOff(job.attempts), reason: reason, in: transaction)
            try SyncStreamTable.failed(account.id, .actions, problem: reason, at: now, in: transaction)
        }
    }

    private func park(_ job: Job, _ why: String) async {
        try? await hub.store.write { transaction in
            let now = hub.clock.now()
            try Jobs.park(job, reason: why, in: transaction)
            try Exceptions.open(
                kind: "action-refused", key: "job:\(job.number)", account: account.id, subject: .init("job", job.number),
                detail: [
                    "action": .optional(job.payload["action"]?.string), "order": .integer(job.payload["order"]?.integer ?? 0),
                    "why": .string(String(why.prefix(500))),
                ], at: now, in: transaction)
            try SyncStreamTable.failed(account.id, .actions, problem: why, at: now, in: transaction)
        }
    }
}
