// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import NIOCore
import NIOPosix

/// Says which addresses a host has.
public protocol NameResolver: Sendable {
    /// Best first; empty when the name is nobody's. Throws when that cannot be found out now.
    func addresses(of host: String) async throws -> [NetworkAddress]
}

/// The machine's own resolver. It also takes `0x7f.1`, `2130706433` and the like for addresses, so what it says is what has to be checked.
public struct SystemResolver: NameResolver {
    public init() {}

    /// Nobody answered in time.
    struct TooLate: Error {}
    /// The resolver's own failure, by its number.
    struct Failed: Error { var code: CInt }

    private static let longest = TimeAmount.seconds(10)
    /// The call waits in its thread for as long as it likes.
    private static let queue = DispatchQueue(label: "tributary.resolver", attributes: .concurrent)

    public func addresses(of host: String) async throws -> [NetworkAddress] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: [NetworkAddress].self)
        let late = loop.scheduleTask(in: Self.longest) { promise.fail(TooLate()) }
        Self.queue.async {
            promise.completeWith(Result { try Self.lookUp(host) })
            late.cancel()
        }
        return try await promise.futureResult.get()
    }

    /// The address that a host is by itself, in any notation the system knows; nil for a name. Asks nobody.
    static func literal(_ host: String) -> NetworkAddress? { (try? lookUp(host, flags: AI_NUMERICHOST))?.first }

    private static func lookUp(_ host: String, flags: CInt = 0) throws -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_flags = flags
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        if code == EAI_NONAME { return [] }
        guard code == 0, let list else { throw Failed(code: code) }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let info = next {
            if let socket = info.pointee.ai_addr, let address = NetworkAddress(socket), !found.contains(address) { found.append(address) }
            next = info.pointee.ai_next
        }
        return found
    }
}
