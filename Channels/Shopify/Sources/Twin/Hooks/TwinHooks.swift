// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// Subscriptions and the messages on their way to them.
struct TwinHooks: Sendable {
    struct Subscription: Sendable {
        var id: Int64
        /// In capitals, as the API has it.
        var topic: String
        var uri: String
        var createdAt: Instant
        var lastSuccess: Instant?
    }
    private struct Delivery: Sendable {
        var webhook: TwinWebhook
        var subscription: Int64
        var dueAt: Instant
        var firstTry: Instant
        var failures: Int
    }

    private(set) var subscriptions: [Subscription] = []
    private var made: Int64 = 0
    /// Never tried yet, in their order.
    private var fresh: [Delivery] = []
    /// Waiting for their next try.
    private var waiting: [Delivery] = []
    private var underway: [Int: Delivery] = [:]
    private var numbered = 0

    /// Eight further tries within four hours.
    static let retries: [Span] = [
        .minutes(1), .minutes(2), .minutes(5), .minutes(10), .minutes(22), .minutes(40), .minutes(70), .minutes(90),
    ]

    func listens(to topic: String) -> Bool { subscriptions.contains { $0.topic == topic } }

    /// Nil when the address has the topic already.
    mutating func subscribe(_ topic: String, _ uri: String, at now: Instant) -> Subscription? {
        guard !subscriptions.contains(where: { $0.topic == topic && $0.uri == uri }) else { return nil }
        made += 1
        let new = Subscription(
            id: TwinShop.FirstID.subscription + made, topic: topic, uri: uri, createdAt: Instant(seconds: now.seconds))
        subscriptions.append(new)
        return new
    }

    /// Puts a message on its way.
    mutating func send(_ request: HTTPRequest, to subscription: Int64, at now: Instant) {
        numbered += 1
        let webhook = TwinWebhook(number: numbered, request: request)
        fresh.append(Delivery(webhook: webhook, subscription: subscription, dueAt: now, firstTry: now, failures: 0))
    }

    mutating func departures(at now: Instant) -> [TwinWebhook] {
        var due: [Delivery] = []
        if let first = waiting.first, first.dueAt <= now {
            due = waiting.filter { $0.dueAt <= now }
            waiting.removeAll { $0.dueAt <= now }
        }
        let ready = fresh.prefix { $0.dueAt <= now }
        due += ready
        fresh.removeFirst(ready.count)
        due.sort { ($0.dueAt, $0.webhook.number) < ($1.dueAt, $1.webhook.number) }
        for delivery in due { underway[delivery.webhook.number] = delivery }
        return due.map(\.webhook)
    }

    /// A status from 200 to 299 ends it. After the last try has failed the subscription is deleted, unless others of its
    /// messages have arrived since.
    mutating func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) {
        guard var delivery = underway.removeValue(forKey: webhook.number),
            let position = subscriptions.firstIndex(where: { $0.id == delivery.subscription })
        else { return }
        if let status, (200..<300).contains(status) {
            subscriptions[position].lastSuccess = now
            return
        }
        guard delivery.failures < Self.retries.count else {
            if (subscriptions[position].lastSuccess ?? .distantPast) < delivery.firstTry {
                subscriptions.remove(at: position)
                fresh.removeAll { $0.subscription == delivery.subscription }
                waiting.removeAll { $0.subscription == delivery.subscription }
            }
            return
        }
        delivery.dueAt = now + Self.retries[delivery.failures]
        delivery.failures += 1
        let place = waiting.firstIndex { $0.dueAt > delivery.dueAt } ?? waiting.count
        waiting.insert(delivery, at: place)
    }
}
