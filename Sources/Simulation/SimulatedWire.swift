// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Synchronization
import Vocabulary

/// The wire between the hub and the shops: every request takes its time, and some do not come through.
final class SimulatedWire: Transport {
    private struct State {
        var chance: SplitMix64
        var faults: Faults
        var outages: [Int: Instant] = [:]
        var calls = 0
        var answered: [CallPurpose: Int] = [:]
    }
    private let shops: [String: SimulatedShop]
    private let clock: DemoClock
    private let trace: Trace
    private let state: Mutex<State>

    /// As the real transport has it.
    static let deadline = Span.seconds(30)

    init(shops: [SimulatedShop], clock: DemoClock, faults: Faults, chance: SplitMix64, trace: Trace) {
        self.shops = Dictionary(uniqueKeysWithValues: shops.map { ($0.address, $0) })
        self.clock = clock
        self.trace = trace
        state = Mutex(State(chance: chance, faults: faults))
    }

    /// Requests sent so far, faults and all.
    var calls: Int { state.withLock { $0.calls } }

    /// Those that were answered well, by what they were for.
    var answered: [CallPurpose: Int] { state.withLock { $0.answered } }

    /// From now on this goes wrong, and no outage lasts.
    func set(_ faults: Faults) {
        state.withLock { state in
            state.faults = faults
            state.outages = [:]
        }
    }

    /// The shop cannot be reached until the moment.
    func cut(_ shop: Int, until moment: Instant) { state.withLock { $0.outages[shop] = moment } }

    func isCut(_ shop: Int) -> Bool {
        let now = clock.now()
        return state.withLock { $0.outages[shop].map { $0 > now } ?? false }
    }

    func deliveries() -> [Span] { state.withLock { $0.faults.deliveries(&$0.chance) } }

    func send(_ request: HTTPRequest) async throws(ChannelFailure) -> HTTPResponse {
        guard let shop = shops.first(where: { request.url.hasPrefix($0.key + "/") })?.value else {
            throw .unavailable("no shop at \(request.url)")
        }
        let (fate, there, back) = state.withLock { state in
            state.calls += 1
            return (state.faults.fate(&state.chance), state.faults.delay(&state.chance), state.faults.delay(&state.chance))
        }
        try await pass(there)
        let isOut = isCut(shop.number)
        trace.note(clock.now(), "\(request.method.rawValue) \(request.url.prefix(120)) \(isOut ? "outage" : "\(fate)")")
        guard !isOut else { throw .unavailable("outage") }
        switch fate {
        case .refused: throw .unavailable("refused")
        case .lostBefore:
            try await pass(Self.deadline)
            throw .lost("no answer in time")
        case .answered(let status):
            let date = HTTPDate.text(clock.now())
            try await pass(back)
            return HTTPResponse(status, headers: ["Date": date])
        case .arrives, .lostAfter: break
        }
        var response = shop.respond(request, at: clock.now())
        response.headers["Date"] = HTTPDate.text(clock.now())
        if fate == .arrives, response.status < 400, let purpose = CallPurpose.current { state.withLock { $0.answered[purpose, default: 0] += 1 } }
        guard fate == .arrives else {
            try await pass(Self.deadline)
            throw .lost("no answer in time")
        }
        try await pass(back)
        return response
    }

    private func pass(_ span: Span) async throws(ChannelFailure) {
        do { try await clock.wait(span) } catch { throw .lost("stopped while under way") }
    }
}
