// SPDX-License-Identifier: Apache-2.0

import Storage

/// A body that waits for its commit, with its caller's continuation. Used by the writer's queue alone after it was made.
final class PendingWrite: @unchecked Sendable {
    private let body: (Transaction) throws -> Void
    private let resume: ((any Error)?) -> Void
    private var refusal: (any Error)?

    init<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value, _ continuation: CheckedContinuation<Value, any Error>) {
        var value: Value?
        self.body = { value = try body($0) }
        resume = { error in
            if let error { continuation.resume(throwing: error) } else { continuation.resume(returning: value!) }
        }
    }

    func run(_ transaction: Transaction) throws { try body(transaction) }
    /// The body threw: it hears of it after the others' commit.
    func refuse(_ error: any Error) { refusal = error }
    func finish() { resume(refusal) }
    func fail(_ error: any Error) { resume(refusal ?? error) }
}
