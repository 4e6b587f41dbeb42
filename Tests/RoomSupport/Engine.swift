// SPDX-License-Identifier: Apache-2.0

public import Testing

/// The engines that everything with a database in it is tested on.
public enum Engine: String, Sendable, CaseIterable {
    case sqlite, postgres

    /// The one that the running test is to use.
    @TaskLocal public static var current = Engine.sqlite
}

/// Runs each test of a suite once on each engine, one after the other. What fails says where.
public struct EachEngine: SuiteTrait, TestTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        for engine in Engine.allCases {
            let named = IssueHandlingTrait.compactMapIssues { issue in
                var issue = issue
                issue.comments.append("on \(engine.rawValue)")
                return issue
            }
            try await Turns.of(engine).taking {
                try await named.provideScope(for: test, testCase: testCase) {
                    try await Engine.$current.withValue(engine) { try await function() }
                }
            }
        }
    }
}

extension Trait where Self == EachEngine {
    /// Each test of the suite runs on SQLite and on PostgreSQL.
    public static var onEachEngine: Self { Self() }
}

/// So many tests use an engine at the same time: a server has so many connections, and no more.
private actor Turns {
    private static let sqlite = Turns(64)
    private static let postgres = Turns(12)
    static func of(_ engine: Engine) -> Turns { engine == .sqlite ? sqlite : postgres }

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(_ free: Int) { self.free = free }

    nonisolated func taking(_ work: @Sendable () async throws -> Void) async throws {
        await take()
        do { try await work() } catch {
            await give()
            throw error
        }
        await give()
    }

    private func take() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }
    private func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
