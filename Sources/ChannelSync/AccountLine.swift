// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// The line to one account: keeps its rate budgets and its access token and runs exchanges to their end.
///
/// Paging, sign-in, waiting for budget, back-off and repetition are here, once, for every connector.
public actor AccountLine {
    public nonisolated let connector: any Channel
    private let transport: any Transport
    private let clock: any TimeSource
    private var buckets: [String: RateBucket] = [:]
    private var token: AccessToken?
    /// What the connector asked to be remembered, and until when it is.
    private var note: (text: String, until: Instant)?
    /// The channel could not be reached so many times in a row.
    private var unreached = 0
    /// Nothing is sent before.
    private var opensAt = Instant(milliseconds: 0)
    /// The channel's clock beside the hub's.
    private(set) var time: ChannelTime
    private var random: SplitMix64
    private var runs = 0
    private var holds: [Int: TimeHold] = [:]
    /// Requests that wait for their budget, by limit, in the order they came.
    private var queues: [String: [Turn]] = [:]
    private var turns = 0
    /// Requests sent so far.
    public private(set) var calls = 0

    private struct Turn {
        var number: Int
        var points: Double
    }

    /// Tries of one request before its failure is told to the caller.
    static let triesMax = 6
    /// A token that ends so soon is renewed first: an exchange of many pages outlives its first request.
    static let renewal = Span.minutes(10)
    static let notedFor = Span.minutes(15)
    /// A channel that could not be reached so often in a row is left alone for a while, for a minute at most.
    static let unreachedMax = 4
    static let restMax = Span.minutes(1)

    /// - Parameter channelTellsTime: see `SyncPace.channelsTellTime`.
    public init(connector: any Channel, transport: any Transport, clock: any TimeSource, seed: UInt64, channelTellsTime: Bool = true) {
        self.connector = connector
        self.transport = transport
        self.clock = clock
        random = SplitMix64(seed: seed)
        time = ChannelTime(isTold: channelTellsTime)
    }

    /// Runs the exchange to its end; each part of the outcome is handed over, and stored by the caller, before the next is asked for.
    /// - Parameter repeatsSets: when false, a request that must not be repeated blindly is not sent again while it may have had its effect:
    ///   the caller counts each sending.
    public func run<Output: Sendable>(
        for purpose: CallPurpose, repeatsSets: Bool = true, _ make: @Sendable (any Channel, Access) -> Exchange<Output>,
        each store: @Sendable (Output) async throws -> Void
    ) async throws {
        runs += 1
        let run = runs
        holds[run] = clock.hold()
        defer { if let hold = holds.removeValue(forKey: run) { clock.release(hold) } }
        var exchange = make(connector, try await access(run))
        var tries = 0
        while true {
            let reply: Reply<Output>
            do throws(ChannelFailure) {
                reply = try await once(exchange, run, for: purpose)
                tries = 0
            } catch {
                tries += 1
                if case .unavailable = error, !repeatsSets, !exchange.isRepeatable { throw error }
                guard let pause = Self.pause(after: error, tries: tries, repeatable: exchange.isRepeatable, chance: &random) else { throw error }
                if case .unauthorized = error {
                    guard connector.signIn(at: clock.now()) != nil else { throw error }
                    token = nil
                } else {
                    try await rest(pause, run)
                }
                continue
            }
            switch reply {
            case .done(let output):
                try await store(output)
                return
            case .page(let output, let next):
                try await store(output)
                exchange = next
            case .then(let next):
                if let text = next.note { note = (text, clock.now() + Self.notedFor) }
                exchange = next
            case .wait(let span, let next):
                try await rest(span, run)
                exchange = next
            }
        }
    }

    /// How long to wait before the next try, or nil when trying again is of no use. Waits double and are spread by chance,
    /// so that many accounts do not come back in one moment.
    static func pause(after failure: ChannelFailure, tries: Int, repeatable: Bool, chance: inout SplitMix64) -> Span? {
        guard tries < triesMax else { return nil }
        let most = min(60_000, 500 << min(tries, 7))
        let backOff = Span.milliseconds(Int64(chance.number(in: (most / 2)...most)))
        switch failure {
        case .throttled(let after): return max(after ?? backOff, .milliseconds(50))
        case .unauthorized: return tries == 1 ? .milliseconds(0) : nil
        case .unavailable: return tries < 4 ? backOff : nil
        case .lost: return repeatable && tries < 3 ? backOff : nil
        case .offLimits, .forbidden, .refused, .notFound, .unreadable: return nil
        }
    }

    /// One request with a token of the moment it leaves at, and what its answer means.
    private func once<Output: Sendable>(
        _ exchange: Exchange<Output>, _ run: Int, for purpose: CallPurpose
    ) async throws(ChannelFailure) -> Reply<Output> {
        try await takeBudget(exchange.cost, run)
        let access = try await access(run)
        return try await send(connector.admitted(exchange.request, access), of: exchange, for: purpose)
    }

    private func send<Output: Sendable>(
        _ request: HTTPRequest, of exchange: Exchange<Output>, for purpose: CallPurpose
    ) async throws(ChannelFailure) -> Reply<Output> {
        if restsUntil != nil, purpose != .test {
            throw .unavailable("left alone for a moment: it could not be reached \(unreached) times")
        }
        calls += 1
        let sent: Result<HTTPResponse, ChannelFailure> = await CallPurpose.$current.withValue(purpose) { [transport] in
            do throws(ChannelFailure) { return .success(try await transport.send(request)) } catch { return .failure(error) }
        }
        do throws(ChannelFailure) {
            let response = try sent.get()
            time.adopt(response, at: clock.now())
            for reading in connector.rates(in: response, cost: exchange.cost) {
                buckets[reading.limit]?.adopt(reading, at: clock.now())
            }
            let reply = try exchange.read(response)
            unreached = 0
            return reply
        } catch {
            if case .unavailable = error { wasNotReached() } else { unreached = 0 }
            throw error
        }
    }

    /// One request a minute is enough to find out that the channel is back, whoever has something to send.
    private func wasNotReached() {
        unreached += 1
        guard unreached >= Self.unreachedMax else { return }
        let rest = min(Self.restMax.milliseconds, 1_000 << Int64(min(unreached - Self.unreachedMax, 6)))
        opensAt = clock.now() + .milliseconds(rest * Int64(random.number(in: 500...1_000)) / 1_000)
    }

    /// Until when nothing is sent, for the channel could not be reached; nil: it may be tried.
    public var restsUntil: Instant? {
        let now = clock.now()
        return now < opensAt && opensAt < now + Self.restMax + .seconds(1) ? opensAt : nil
    }

    /// Waiting is no work: time may pass.
    private func rest(_ span: Span, _ run: Int) async throws {
        if let hold = holds.removeValue(forKey: run) { clock.release(hold) }
        try await clock.wait(span)
        holds[run] = clock.hold()
    }

    /// Requests are served in the order they came: a dear one (a page of orders) is not starved by cheap ones (quantities) that
    /// slip in before there is enough for it.
    private func takeBudget(_ cost: Cost, _ run: Int) async throws(ChannelFailure) {
        guard let limit = type(of: connector).profile.limits.first(where: { $0.name == cost.limit }) else { return }
        turns += 1
        let mine = Turn(number: turns, points: cost.points)
        queues[cost.limit, default: []].append(mine)
        defer { queues[cost.limit]?.removeAll { $0.number == mine.number } }
        while true {
            let now = clock.now()
            var bucket = buckets[cost.limit] ?? RateBucket(limit, at: now)
            let before = queues[cost.limit]?.prefix { $0.number != mine.number }.reduce(0) { $0 + $1.points } ?? 0
            let wait = before > 0 ? bucket.wait(for: before + cost.points, at: now) ?? .milliseconds(1) : bucket.take(cost.points, at: now)
            buckets[cost.limit] = bucket
            guard let wait else { return }
            do { try await rest(wait, run) } catch { throw .lost("stopped while waiting for the channel's rate limit") }
        }
    }

    /// Signs in when that is needed and the token is over or missing.
    private func access(_ run: Int) async throws(ChannelFailure) -> Access {
        if let exchange = connector.signIn(at: clock.now()), token.map({ $0.expiresAt <= clock.now() + Self.renewal }) ?? true {
            try await takeBudget(exchange.cost, run)
            guard case .done(let fresh) = try await send(exchange.request, of: exchange, for: .signIn) else {
                throw ChannelFailure.unavailable("sign-in took more than one step")
            }
            token = fresh
        }
        // In the channel's time: that is what it holds signatures and windows against.
        return Access(
            token: token?.text, now: time.least(at: clock.now()), nonce: String(random.next(), radix: 36) + String(random.next(), radix: 36),
            note: note.flatMap { $0.until > clock.now() ? $0.text : nil })
    }
}
