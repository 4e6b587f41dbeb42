// SPDX-License-Identifier: Apache-2.0

import Testing

/// Defects that are known and not mended yet, listed in docs/roadmap.md. Every run shows them; when one is mended its test
/// says so, and its case here is to be deleted.
enum KnownDefect {
    /// Now and then a shop's shelf differs from what the hub wants for a moment after everything else is settled.
    static func shelfLags(_ body: () async throws -> Void) async {
        await withKnownIssue("a shelf differs after everything is settled", isIntermittent: true) { try await body() }
    }

    /// WooCommerce: after a refund without restock, a later refund with restock of the same line is read as undecided.
    static func mixedRefunds(_ shop: Int, _ body: () async throws -> Void) async {
        await withKnownIssue("mixed refunds of one line at shop \(shop)", isIntermittent: true) { try await body() }
    }
}
