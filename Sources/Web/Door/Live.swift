// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Storage
import Synchronization

/// How many pages listen. Each holds a connection, so there is a limit.
final class LiveAudience: Sendable {
    static let listenersMax = 200
    private let count = Mutex(0)

    func enter() -> Bool {
        count.withLock { count in
            guard count < Self.listenersMax else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}

/// Tells open pages that something changed (server-sent events), at most once a second; the page then fetches itself again.
enum Live {
    static let names = ["orders", "streams", "publications", "exceptions", "stock", "jobs", "channel-accounts"]
    /// Silence is broken now and then, so that a dead connection is noticed at both ends.
    static let heartbeat = Duration.seconds(20)

    static func answer(_ desk: Desk, _ visit: Visit) -> Response {
        let signals = desk.hub.store.signals
        let audience = desk.audience
        let body = ResponseBody { writer in
            // Who finds the room full asks again later; the page works all the same.
            guard audience.enter() else {
                try await writer.write(ByteBuffer(string: "retry: 60000\n\n"))
                return try await writer.finish(nil)
            }
            defer { audience.leave() }
            try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
            var seen = signals.count(of: names)
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                let known = seen
                await cancelWhenGracefulShutdown { await waitForChange(signals, after: known) }
                seen = signals.count(of: names)
                try await writer.write(ByteBuffer(string: seen == known ? ": still here\n\n" : "event: change\ndata: \(seen)\n\n"))
                // A thousand sales a second are one look a second.
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    /// Returns when something changed, or at the next heartbeat.
    private static func waitForChange(_ signals: Signals, after seen: UInt64) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signals.wait(for: names, after: seen) }
            group.addTask { try? await Task.sleep(for: heartbeat) }
            await group.next()
            group.cancelAll()
        }
    }
}
