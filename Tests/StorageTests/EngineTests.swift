// SPDX-License-Identifier: Apache-2.0

import RoomSupport
import Storage
import Synchronization
import Testing

@Suite(.onEachEngine) struct `A suite for each engine` {
    private static let played = Mutex<Set<Dialect>>([])

    @Test func `is played on every one of them, with a store of that engine`() async throws {
        let dialect = try await withStore { $0.dialect }
        #expect(dialect.rawValue == Engine.current.rawValue)
        Self.played.withLock { _ = $0.insert(dialect) }
        if Engine.current == Engine.allCases.last { #expect(Self.played.withLock { $0 } == [.sqlite, .postgres]) }
    }
}
