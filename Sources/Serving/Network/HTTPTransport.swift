// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
public import ChannelKit
public import ChannelSync
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix

/// Requests over the network, each with a deadline and an answer of bounded size, and none to where the rule does not allow.
public struct HTTPTransport: Transport {
    let rule: OutboundRule
    private let gate: OutboundGate
    private let seconds: Int64

    /// The connection was never made, so the request has surely done nothing. A reset is not among them: it can follow the deed.
    private static let neverArrived: Set<CInt> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL]

    /// The longest answer that is read.
    static let answerBytesMax = 64 << 20

    /// - Parameter keep: How long an address that was found and checked is used without asking for it again.
    public init(rule: OutboundRule, resolver: any NameResolver = SystemResolver(), deadlineSeconds: Int64 = 30, keep: Duration = .seconds(60)) {
        self.rule = rule
        gate = OutboundGate(rule: rule, resolver: resolver, keep: keep)
        seconds = deadlineSeconds
    }

    /// Redirects are not followed: a credential must not travel to where nobody sent it, nor the hub to where nobody checked.
    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(30)))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        configuration.decompression = .enabled(limit: .size(answerBytesMax))
        configuration.connectionPool.idleTimeout = .seconds(20)
        return configuration
    }

    /// A client that connects anywhere, for measuring our own servers.
    public static func makeClient() -> HTTPClient { HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration) }

    /// Lends a transport to the work and closes it whichever way the work ends.
    public static func with<Value>(_ rule: OutboundRule, _ work: (HTTPTransport) async throws -> Value) async throws -> Value {
        let transport = HTTPTransport(rule: rule)
        do {
            let value = try await work(transport)
            await transport.close()
            return value
        } catch {
            await transport.close()
            throw error
        }
    }

    /// Ends every connection.
    public func close() async { await gate.close() }

    public func send(_ request: HTTPRequest) async throws(ChannelFailure) -> HTTPResponse {
        guard let host = Self.host(of: request.url) else { throw .unavailable("the address is no web address") }
        let outgoing = Self.outgoing(request)
        let places = try await gate.places(of: host)
        for place in places {
            let client = try await gate.lend(place)
            do {
                let response = try await answer(to: outgoing, by: client)
                await gate.giveBack(place)
                return response
            } catch {
                await gate.giveBack(place)
                guard Self.isNobodyThere(error) else { throw Self.failure(error, host: host) }
                await gate.nobodyAnswered(at: place)
            }
        }
        throw .unavailable("nobody answers at the address")
    }

    /// Read the way the client reads it: what is checked has to be what is connected to.
    static func host(of address: String) -> String? {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), let host = url.host else {
            return nil
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return bare.isEmpty ? nil : bare
    }

    private static func outgoing(_ request: HTTPRequest) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for line in request.headers.lines { outgoing.headers.add(name: line.name, value: line.value) }
        if request.headers["User-Agent"] == nil { outgoing.headers.add(name: "User-Agent", value: "Tributary/1.0") }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        return outgoing
    }

    private func answer(to request: HTTPClientRequest, by client: HTTPClient) async throws -> HTTPResponse {
        let answer = try await client.execute(request, timeout: .seconds(seconds))
        let body = try await answer.body.collect(upTo: Self.answerBytesMax)
        return HTTPResponse(Int(answer.status.code), headers: HTTPHeaders(answer.headers.map { ($0.name, $0.value) }), body: Array(buffer: body))
    }

    /// No connection came to be: another address of the same host may be better.
    private static func isNobodyThere(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .connectTimeout
        case is NIOConnectionError: true
        case let error as IOError: neverArrived.contains(error.errnoCode)
        default: false
        }
    }

    private static func failure(_ error: any Error, host: String) -> ChannelFailure {
        switch error {
        case let error as HTTPClientError where error == .invalidURL: .unavailable("\(error)")
        case let error as ChannelError: .unavailable("\(error)")
        case is OutboundGate.WrongPeer: .offLimits(host)
        default: .lost("\(error)")
        }
    }
}
