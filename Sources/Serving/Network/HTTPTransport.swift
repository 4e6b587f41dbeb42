// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
public import ChannelKit
public import ChannelSync
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix

/// Requests over the network, each with a deadline and an answer of bounded size.
public struct HTTPTransport: Transport {
    private let client: HTTPClient
    private let seconds: Int64

    /// The connection was never made, so the request has surely done nothing. A reset is not among them: it can follow the deed.
    private static let neverArrived: Set<CInt> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL]

    /// The longest answer that is read.
    static let answerBytesMax = 64 << 20

    public init(client: HTTPClient, deadlineSeconds: Int64 = 30) {
        self.client = client
        seconds = deadlineSeconds
    }

    /// A client for this program: redirects are not followed (a credential must not travel to where nobody sent it).
    public static func makeClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(30)))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        configuration.decompression = .enabled(limit: .size(answerBytesMax))
        configuration.connectionPool.idleTimeout = .seconds(20)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Lends a client to the work and shuts it down whichever way the work ends: the library stops the program over one that is left open.
    public static func withClient<Value>(_ work: (HTTPClient) async throws -> Value) async throws -> Value {
        let client = makeClient()
        do {
            let value = try await work(client)
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    public func send(_ request: HTTPRequest) async throws(ChannelFailure) -> HTTPResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for line in request.headers.lines { outgoing.headers.add(name: line.name, value: line.value) }
        if request.headers["User-Agent"] == nil { outgoing.headers.add(name: "User-Agent", value: "Tributary/1.0") }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        do {
            let answer = try await client.execute(outgoing, timeout: .seconds(seconds))
            let body = try await answer.body.collect(upTo: Self.answerBytesMax)
            return HTTPResponse(Int(answer.status.code), headers: HTTPHeaders(answer.headers.map { ($0.name, $0.value) }), body: Array(buffer: body))
        } catch let error as HTTPClientError where error == .connectTimeout || error == .invalidURL {
            throw .unavailable("\(error)")
        } catch let error as ChannelError {
            throw .unavailable("\(error)")
        } catch is NIOConnectionError {
            throw .unavailable("nobody answers at the address")
        } catch let error as IOError where Self.neverArrived.contains(error.errnoCode) {
            throw .unavailable("nobody answers at the address")
        } catch { throw .lost("\(error)") }
    }
}
