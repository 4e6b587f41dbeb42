// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Journal
import RoomSupport
import Storage
import Synchronization
import Testing
import Vocabulary

/// A store whose disk is full now and then: most writes fail and some go through, as when somebody frees room and somebody else takes it.
private final class CrampedStore: Store {
    private let store: any Store
    private let state = Mutex((chance: SplitMix64(seed: 5), left: 0))

    init(_ store: any Store) { self.store = store }

    var dialect: Dialect { store.dialect }
    var signals: Signals { store.signals }

    /// So many writes from now on may fail.
    func cramp(_ writes: Int) { state.withLock { $0.left = writes } }
    var isCramped: Bool { state.withLock { $0.left > 0 } }

    func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        let isFull = state.withLock { state in
            guard state.left > 0 else { return false }
            state.left -= 1
            return state.chance.chance(perMillion: 600_000)
        }
        if isFull { throw StorageFailure.full("database or disk is full") }
        return try await store.write(body)
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value { try await store.read(body) }
    func close() async throws { try await store.close() }
}

@Suite(.onEachEngine) struct `A full disk` {
    static let mugs = ShopStreet.articles(["MUG": 20])

    /// A street that is open and quiet, and its disk.
    private func street() async throws -> (ShopStreet, CrampedStore) {
        let cramped = Mutex<CrampedStore?>(nil)
        let street = try await ShopStreet(articles: Self.mugs) { store in
            let made = CrampedStore(store)
            cramped.withLock { $0 = made }
            return made
        }
        let store = try #require(cramped.withLock { $0 })
        try await street.open(Self.mugs)
        try await street.whileRunning { try await street.settle() }
        return (street, store)
    }

    @Test(arguments: 0..<2) func `acknowledges no message that was not kept, and keeps every one that it acknowledged`(shop: Int) async throws {
        let (street, store) = try await street()
        for number in 0..<12 { await street.buy(shop, "A-\(number)", [("MUG", 1)]) }
        let messages = await street.intercept(shop)
        func kept() async throws -> Int64? { try await street.hub.store.read { try $0.number("SELECT COUNT(*) FROM inbox") } }
        store.cramp(messages.count)
        var answers: [Int: Int] = [:]
        for message in messages {
            let before = try await kept()
            let status = try await street.receive(message)
            answers[status, default: 0] += 1
            #expect(try await (kept() != before) == (status == 200), "\(status)")
        }
        #expect(Set(answers.keys) == [200, 503], "some were kept and some were not: \(answers)")
    }

    @Test func `is no message's fault: what came before it was full waits, is not parked, and is taken in when there is room`() async throws {
        let (street, store) = try await street()
        try await street.whileRunning {
            for shop in 0..<2 { for number in 0..<5 { await street.buy(shop, "A-\(shop)-\(number)", [("MUG", 1)]) } }
            for shop in 0..<2 {
                for message in await street.intercept(shop) { #expect(try await street.receive(message) == 200) }
            }
            store.cramp(300)
            while store.isCramped { await street.step(.seconds(1)) }
            try await street.settle()
            #expect(try await street.hub.store.read { try $0.number("SELECT COUNT(*) FROM inbox WHERE state = 2") } == 0, "nothing is parked")
        }
        #expect(try await street.orders().count == 10)
        #expect(try await street.stock("MUG") == (available: 10, reserved: 10, short: 0))
        let exceptions = try await street.exceptions()
        #expect(exceptions == [])
        #expect(try await street.differences() == [])
    }
}
