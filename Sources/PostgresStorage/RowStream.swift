// SPDX-License-Identifier: Apache-2.0

import CLibPQ

/// The rows of one statement as they arrive: the program's memory holds one at a time, unless another statement is run between them.
final class RowStream {
    private var kept: [OpaquePointer] = []
    private var given = 0
    private var isWholeHere = false
    private let arrive: () throws -> OpaquePointer?

    /// `arrive` gives the statement's next result with rows, and nil after the last.
    init(_ arrive: @escaping () throws -> OpaquePointer?) { self.arrive = arrive }

    deinit { for result in kept[given...] { PQclear(result) } }

    /// The next result that holds rows, for the caller to clear.
    func next() throws -> OpaquePointer? {
        if given < kept.count {
            given += 1
            return kept[given - 1]
        }
        return isWholeHere ? nil : try receive()
    }

    /// Takes in everything that is still to come, so that the connection is free for another statement.
    func keepRest() throws { while !isWholeHere, let result = try receive() { kept.append(result) } }

    func dropRest() throws { while !isWholeHere, let result = try receive() { PQclear(result) } }

    private func receive() throws -> OpaquePointer? {
        do {
            if let result = try arrive() { return result }
        } catch {
            isWholeHere = true
            throw error
        }
        isWholeHere = true
        return nil
    }
}
