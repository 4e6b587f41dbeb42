// SPDX-License-Identifier: Apache-2.0

package import AsyncHTTPClient
package import ChannelKit
import NIOCore

/// Finds out where a host is, once; checks it; and lends a client that connects to that very address and to no other.
///
/// The HTTP client is told the address for the name, so that nothing asks for it a second time (a second answer may be another),
/// while the name is still what TLS checks and what the request says.
package actor OutboundGate {
    package struct Place: Hashable, Sendable {
        var host: String
        var address: NetworkAddress
        /// The host is the address: there is no name to look up, now or later.
        var isLiteral: Bool

        package init(host: String, address: NetworkAddress, isLiteral: Bool) {
            self.host = host
            self.address = address
            self.isLiteral = isLiteral
        }
    }

    private struct Known {
        var places: [Place]
        var until: ContinuousClock.Instant
    }

    private struct Lent {
        var client: HTTPClient
        var uses: Int
        var turn: Int
    }

    private let rule: OutboundRule
    private let resolver: any NameResolver
    private let keep: Duration
    private var known: [String: Known] = [:]
    private var asked: [String: Task<[NetworkAddress], any Error>] = [:]
    private var clients: [Place?: Lent] = [:]
    private var turns = 0
    private var isClosed = false

    package static let clientsMax = 64
    static let hostsMax = 1_000
    /// Of one host; more are not tried.
    static let placesMax = 4

    package init(rule: OutboundRule, resolver: any NameResolver, keep: Duration) {
        self.rule = rule
        self.resolver = resolver
        self.keep = keep
    }

    /// Where the hub may connect to for this host, best first.
    func places(of host: String) async throws(ChannelFailure) -> [Place] {
        let before = known[host]
        if let before, before.until > .now { return before.places }
        let found: [NetworkAddress]
        let literal = NetworkAddress(host)
        do { if let literal { found = [literal] } else { found = try await addresses(of: host) } } catch {
            // Nobody could be asked: where it was is good enough, it has been checked.
            if let before { return before.places }
            throw .unavailable("the name \(host) cannot be looked up now")
        }
        guard !found.isEmpty else { throw .unavailable("nobody has the name \(host)") }
        let own = OwnNetworks.now()
        var places = found.filter { rule.permits($0, own: own) }.prefix(Self.placesMax)
            .map { Place(host: host, address: $0, isLiteral: literal != nil) }
        guard !places.isEmpty else {
            known[host] = nil
            throw .offLimits(host)
        }
        // Where connections stand already.
        if let first = before?.places.first, let index = places.firstIndex(of: first) { places.swapAt(0, index) }
        if known.count >= Self.hostsMax { known = [:] }
        known[host] = Known(places: places, until: .now + keep)
        return places
    }

    /// The next request begins with another address of that host.
    func nobodyAnswered(at place: Place) {
        guard let index = known[place.host]?.places.firstIndex(of: place) else { return }
        known[place.host]?.places.remove(at: index)
        known[place.host]?.places.append(place)
    }

    package func lend(_ place: Place) throws(ChannelFailure) -> HTTPClient {
        guard !isClosed else { throw .unavailable("the hub is stopping") }
        let key = place.isLiteral ? nil : place
        turns += 1
        var lent = clients[key] ?? Lent(client: makeClient(key), uses: 0, turn: 0)
        lent.uses += 1
        lent.turn = turns
        clients[key] = lent
        return lent.client
    }

    func giveBack(_ place: Place) async {
        clients[place.isLiteral ? nil : place]?.uses -= 1
        while clients.count > Self.clientsMax, let idle = clients.filter({ $0.value.uses == 0 }).min(by: { $0.value.turn < $1.value.turn }) {
            clients[idle.key] = nil
            try? await idle.value.client.shutdown()
        }
    }

    /// The library stops the program over a client that is left open.
    package func close() async {
        isClosed = true
        let all = clients.values.map(\.client)
        clients = [:]
        for client in all { try? await client.shutdown() }
    }

    /// Many requests to one host ask for its address once.
    private func addresses(of host: String) async throws -> [NetworkAddress] {
        let asking = asked[host] ?? Task { [resolver] in try await resolver.addresses(of: host) }
        asked[host] = asking
        defer { asked[host] = nil }
        return try await asking.value
    }

    private func makeClient(_ place: Place?) -> HTTPClient {
        var configuration = HTTPTransport.configuration
        if let place {
            configuration.dnsOverride = [place.host: place.address.description]
            // The next address of the host is the next try.
            configuration.connectionPool.retryConnectionEstablishment = false
        }
        // Checked a second time at the open connection, before anything is said: should a library ever ask for the name itself.
        let check: @Sendable (any NIOCore.Channel) -> EventLoopFuture<Void> = { [rule] channel in
            guard let peer = channel.remoteAddress.flatMap({ NetworkAddress($0) }), rule.permits(peer, own: OwnNetworks.now()) else {
                return channel.close().flatMapThrowing { throw WrongPeer() }
            }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        configuration.http1_1ConnectionDebugInitializer = check
        configuration.http2ConnectionDebugInitializer = check
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// A connection came to stand where it must not.
    struct WrongPeer: Error {}
}
