// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import TestSupport
public import Vocabulary

/// A connector and its twin with a virtual clock between them: every exchange runs to its end, paging, waiting and
/// signing in as the engine would, and every request and answer is written down for the contract check.
public struct Wire<Connector: Channel, Twin: ChannelTwin> {
    public var connector: Connector
    public var twin: Twin
    public var now: Instant
    /// Webhooks that the twin sent, in order, with what became of them.
    public private(set) var received: [WebhookDelivery] = []
    /// Requests made so far.
    public private(set) var calls = 0
    /// Answers that said "too fast".
    public private(set) var throttled = 0
    /// When set, an answer passes through it before the connector sees it.
    public var disturb: (@Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse?)?
    private var token: AccessToken?

    public static var address: String { "http://127.0.0.1:4999" }

    public init(seed: TwinSeed) throws {
        twin = Twin(seed)
        connector = try Connector(twin.settings(reachableAt: Self.address))
        now = seed.start
    }

    /// Runs an exchange to its end and gathers its pages.
    public mutating func run<Output>(_ make: (Connector, Access) -> Exchange<Output>) throws(ChannelFailure) -> [Output] {
        var outputs: [Output] = []
        var exchange = make(connector, try access())
        var tries = 0
        while true {
            let reply: Reply<Output>
            do throws(ChannelFailure) {
                reply = try exchange.read(try send(connector.admitted(exchange.request, try access())))
            } catch .throttled(let after) {
                throttled += 1
                tries += 1
                guard tries < 50 else { throw .throttled(retryAfter: after) }
                now = now + (after ?? .seconds(2))
                continue
            } catch .unauthorized(let why) {
                tries += 1
                guard tries < 2, connector.signIn(at: now) != nil else { throw .unauthorized(why) }
                token = nil
                continue
            }
            tries = 0
            switch reply {
            case .done(let output):
                outputs.append(output)
                return outputs
            case .page(let output, let next):
                outputs.append(output)
                exchange = next
            case .then(let next): exchange = next
            case .wait(let span, let next):
                now = now + span
                exchange = next
            }
        }
    }

    /// The present access, signing in first where that is needed.
    public mutating func access() throws(ChannelFailure) -> Access {
        if let exchange = connector.signIn(at: now), token.map({ $0.expiresAt <= now }) ?? true {
            guard case .done(let fresh) = try exchange.read(try send(exchange.request)) else {
                throw .unavailable("sign-in took more than one step")
            }
            token = fresh
        }
        return Access(token: token?.text, now: now, nonce: "n\(calls)x\(now.milliseconds)")
    }

    /// Sends one request to the twin and writes both sides down.
    public mutating func send(_ request: HTTPRequest) throws(ChannelFailure) -> HTTPResponse {
        calls += 1
        let response = twin.respond(to: request, at: now)
        write(kind: "call", request, response)
        guard let disturb else { return response }
        guard let changed = disturb(request, response) else { throw .lost("no answer") }
        return changed
    }

    /// Something happens in the shop; what its webhooks say comes back as facts.
    @discardableResult
    public mutating func shop(_ act: ShopAct) -> ShopOutcome { twin.perform(act, at: now) }

    /// Delivers the webhooks due by now through the connector's own check and reading.
    public mutating func deliver() throws -> [ChannelFact] {
        var facts: [ChannelFact] = []
        for webhook in twin.departures(at: now) {
            let delivery = try connector.receive(webhook.request, at: now)
            received.append(delivery)
            if !delivery.isEmpty { facts += try connector.facts(topic: delivery.topic, body: webhook.request.body) }
            write(kind: "webhook", webhook.request, HTTPResponse(200))
            twin.delivered(webhook, status: 200, at: now)
        }
        return facts
    }

    private func write(kind: String, _ request: HTTPRequest, _ response: HTTPResponse) {
        func headers(_ lines: HTTPHeaders) -> JSONValue { .array(lines.lines.map { .array([.string($0.name), .string($0.value)]) }) }
        func text(_ bytes: [UInt8]) -> JSONValue { .string(String(decoding: bytes, as: UTF8.self)) }
        let line: JSONValue = [
            "kind": .string(kind),
            "request": [
                "method": .string(request.method.rawValue), "url": .string(request.url), "headers": headers(request.headers),
                "body": text(request.body),
            ],
            "response": ["status": .integer(response.status), "headers": headers(response.headers), "body": text(response.body)],
        ]
        OutsideMaterial.record(channel: Connector.profile.name, line: line.text)
    }
}
