// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// A webhook as the shop keeps it.
struct TwinHook: Sendable {
    var id: Int
    var name: String
    var status: String
    var topic: String
    var target: String
    /// As stored: WordPress undoes HTML entities when it signs.
    var secret: String
    var created: Instant
    var modified: Instant?
    /// Failed deliveries in a row. REST never shows it, and nothing but a success sets it back.
    var failures = 0

    /// The one that breaks it: deliveries in a row that failed.
    static let failuresMax = 7
}

/// The shop's webhooks and its queue of deliveries.
struct TwinHooks: Sendable {
    struct Job: Sendable {
        var hook: Int
        /// The id of the order or product, or nil for a ping.
        var resource: Int?
        var due: Instant
    }

    private struct Key: Hashable {
        var hook: Int
        var resource: Int
    }

    var all: [Int: TwinHook] = [:]
    private var lastID = 0
    private var queue: [Job] = []
    private var head = 0
    private var waiting: Set<Key> = []
    private var sent = 0
    private var underway: [Int: Job] = [:]
    private var chance: SplitMix64

    init(chance: SplitMix64) { self.chance = chance }

    mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    /// A secret of the shop's own, for a webhook that was given none; it is never shown (recording 132).
    mutating func invented() -> String { "own" + String(chance.next(), radix: 36) + String(chance.next(), radix: 36) }

    /// Pings go at once, events when the queue runs.
    mutating func ping(_ hook: Int, at now: Instant) {
        queue.insert(Job(hook: hook, resource: nil, due: now), at: head)
    }

    /// Puts an event into the queue unless one of the same thing is already waiting there (recordings 284, 285).
    mutating func add(topic: String, resource: Int, due: Instant) {
        for hook in all.values.sorted(by: { $0.id < $1.id }) where hook.topic == topic && hook.status == "active" {
            if waiting.insert(Key(hook: hook.id, resource: resource)).inserted {
                queue.append(Job(hook: hook.id, resource: resource, due: due))
            }
        }
    }

    /// The next job that is due.
    mutating func take(at now: Instant) -> Job? {
        guard head < queue.count, queue[head].due <= now else { return nil }
        let job = queue[head]
        head += 1
        if head > 1024, head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
        if let resource = job.resource { waiting.remove(Key(hook: job.hook, resource: resource)) }
        return job
    }

    mutating func send(_ job: Job) -> Int {
        sent += 1
        underway[sent] = job
        return sent
    }

    mutating func arrived(_ number: Int) -> Job? { underway.removeValue(forKey: number) }
}
