// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Journal
import Storage
import Synchronization
public import Vocabulary

/// Takes channels' messages in: the signature is checked over the raw bytes, the message is stored, durably, and only then
/// answered. What it says is looked into later.
public final class WebhookReceiver: Sendable {
    /// What the channel is told.
    public enum Answer: Int, Hashable, Sendable {
        case ok = 200, badRequest = 400, unauthorized = 401, notFound = 404, tooLarge = 413
        /// Nothing was kept, so nothing is promised: the channel sends it again.
        case tryAgain = 503
    }

    /// The largest message that is taken (an order of a thousand lines is about one megabyte and a half).
    public static let bodyBytesMax = 4 << 20

    private struct State {
        var connectors: [ID<AccountKind>: any Channel] = [:]
        /// The count of account changes that the connectors were made at.
        var asOf: UInt64?
        var complaints: [String: Instant] = [:]
    }
    private let hub: Hub
    private let connectors: Connectors
    private let state = Mutex(State())

    public init(hub: Hub, connectors: Connectors) {
        self.hub = hub
        self.connectors = connectors
    }

    /// Whether there is such an account that takes messages.
    public func knows(_ account: ID<AccountKind>) async throws -> Bool { try await connector(of: account) != nil }

    public func receive(_ request: HTTPRequest, for account: ID<AccountKind>) async throws -> Answer {
        guard let connector = try await connector(of: account) else { return .notFound }
        let now = hub.clock.now()
        let delivery: WebhookDelivery
        do throws(WebhookRefusal) { delivery = try connector.receive(request, at: now) } catch {
            switch error {
            case .badSignature:
                await complain("bad-signature", account, [:])
                return .unauthorized
            case .missingHeader: return .badRequest
            case .unsupported: return .notFound
            }
        }
        guard !delivery.isEmpty else { return .ok }
        do {
            try await hub.store.write { transaction in
                _ = try Inbox.store(account: account, key: delivery.key, topic: delivery.topic, body: request.body, at: now, in: transaction)
            }
            return .ok
        } catch { return .tryAgain }
    }

    /// A message was larger than is taken.
    public func refuseTooLarge(for account: ID<AccountKind>) async -> Answer {
        await complain("message-too-large", account, ["limit": .integer(Self.bodyBytesMax)])
        return .tooLarge
    }

    /// The connectors are kept between messages and made anew when accounts change.
    private func connector(of account: ID<AccountKind>) async throws -> (any Channel)? {
        let turn = hub.store.signals.count(of: [ChannelAccountTable.signal])
        let kept = state.withLock { $0.asOf == turn ? Optional.some($0.connectors[account]) : nil }
        if let kept { return kept }
        let accounts = try await hub.store.read { try ChannelAccountTable.all(in: $0) }
        var made: [ID<AccountKind>: any Channel] = [:]
        for account in accounts where account.isConnected { made[account.id] = try? connectors.connect(account.channel, account.settings) }
        let fresh = made
        state.withLock {
            $0.connectors = fresh
            $0.asOf = turn
        }
        return fresh[account]
    }

    /// One exception for each account and trouble, and at most one write a minute: a flood of forgeries is no flood of rows.
    private func complain(_ kind: String, _ account: ID<AccountKind>, _ detail: JSONValue) async {
        let now = hub.clock.now()
        let isDue = state.withLock { state in
            if let last = state.complaints["\(kind):\(account)"], now - last < .minutes(1) { return false }
            state.complaints["\(kind):\(account)"] = now
            return true
        }
        guard isDue else { return }
        try? await hub.store.write { transaction in
            try Exceptions.open(
                kind: kind, key: "\(kind):\(account)", account: account, subject: .init("channel", account.number), detail: detail, at: now,
                in: transaction)
        }
    }
}
