// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Vocabulary

/// Stands between the store and the server and cuts connections in the middle of what they carry: after a number of bytes that chance
/// picks, in either direction, so that a cut falls before a statement, within it, between it and its answer, or within a row.
public final class FaultProxy: Sendable {
    /// Where at a commit: when it is asked for, so that the server never hears of it, or when it is answered, so that only the server knows.
    public enum CommitCut: Sendable, CaseIterable { case asked, answered }

    private struct State {
        var chance: SplitMix64
        /// Bytes that one direction of a connection may still carry, at most; nil: nothing is cut.
        var bytesMax: Int?
        /// Connections that may still be cut at a commit.
        var commitCuts: (at: CommitCut, left: Int)?
        var isFrozen = false
        var cuts = 0
        var open: Set<Int32> = []
        var isClosed = false
    }

    /// The folder that a store is told as its host.
    public let folder: String
    private let server: String
    private let listening: Int32
    private let state: Mutex<State>

    public init(server: TestServer, seed: UInt64) throws {
        folder = server.folder + "/p\(seed)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.server = server.socket
        state = Mutex(State(chance: SplitMix64(seed: seed)))
        listening = try UnixSocket.listen(folder + "/.s.PGSQL.5432")
        Thread { [self] in accept() }.start()
    }

    /// From now on connections are cut after up to so many bytes; nil: they are left alone.
    public func cut(within bytes: Int?) { state.withLock { $0.bytesMax = bytes } }
    /// The next so many connections are cut at their first commit.
    public func cut(at moment: CommitCut, times: Int) { state.withLock { $0.commitCuts = (moment, times) } }
    /// Carries nothing while it is frozen, and cuts nothing: a server that says nothing any more.
    public func freeze(_ isFrozen: Bool) { state.withLock { $0.isFrozen = isFrozen } }
    /// Cuts every connection that there is.
    public func cutAll() { for descriptor in state.withLock({ $0.open }) { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    /// How many connections were cut.
    public var cuts: Int { state.withLock { $0.cuts } }

    public func close() {
        let open = state.withLock { state in
            state.isClosed = true
            return state.open
        }
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        shutdown(listening, Int32(SHUT_RDWR))
        Glibc.close(listening)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listening, nil, nil)
            if client < 0 { return }
            guard !state.withLock({ $0.isClosed }), let upstream = try? UnixSocket.connect(server) else {
                Glibc.close(client)
                continue
            }
            state.withLock { $0.open.formUnion([client, upstream]) }
            let ends = Mutex(0)
            let shared = Shared(ends: ends)
            Thread { [self] in carry(from: client, to: upstream, .asked, shared) }.start()
            Thread { [self] in carry(from: upstream, to: client, .answered, shared) }.start()
        }
    }

    private final class Shared: Sendable {
        private let ends: Mutex<Int>
        init(ends: consuming Mutex<Int>) { self.ends = ends }
        /// True for the second direction that ends.
        func end() -> Bool {
            ends.withLock { ends in
                ends += 1
                return ends == 2
            }
        }
    }

    /// How far the next cut is; so many bytes are carried before it.
    private func nextCut() -> Int? {
        state.withLock { state in state.bytesMax.map { state.chance.number(in: 0...$0) } }
    }

    /// Whether what is carried in this direction is the commit that is to be cut.
    private func isCommitToCut(_ bytes: ArraySlice<UInt8>, _ direction: CommitCut) -> Bool {
        state.withLock { state in
            guard let commit = state.commitCuts, commit.at == direction, commit.left > 0, bytes.contains(Self.commit) else { return false }
            state.commitCuts?.left -= 1
            state.cuts += 1
            return true
        }
    }
    private static let commit = Array("COMMIT\u{0}".utf8)

    /// Waits while nothing is carried.
    private func waitWhileFrozen() { while state.withLock({ $0.isFrozen && !$0.isClosed }) { poll(nil, 0, 20) } }

    private func carry(from: Int32, to: Int32, _ direction: CommitCut, _ shared: Shared) {
        var left = nextCut()
        var buffer = [UInt8](repeating: 0, count: 16_384)
        carrying: while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            waitWhileFrozen()
            if isCommitToCut(buffer[..<count], direction) { break }
            // Cutting may have begun, or ended, since this connection was made.
            let isCutting = state.withLock { $0.bytesMax != nil }
            if isCutting, left == nil { left = nextCut() }
            if !isCutting { left = nil }
            var passing = count
            if let bytes = left { passing = min(count, bytes) }
            var sent = 0
            while sent < passing {
                let written = buffer.withUnsafeBytes { send(to, $0.baseAddress! + sent, passing - sent, Int32(MSG_NOSIGNAL)) }
                if written <= 0 { break carrying }
                sent += written
            }
            if let bytes = left {
                left = bytes - passing
                if passing < count || left == 0 {
                    state.withLock { $0.cuts += 1 }
                    break
                }
            }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
        if shared.end() {
            state.withLock { $0.open.subtract([from, to]) }
            Glibc.close(from)
            Glibc.close(to)
        }
    }
}
