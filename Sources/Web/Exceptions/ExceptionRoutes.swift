// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Hummingbird
import Journal
import Orders
import Storage
import Vocabulary

/// What waits for a person: look, replay, close.
struct ExceptionRoutes: Sendable {
    let desk: Desk
    static let listMax = 100

    var routes: [Route] {
        [
            .get("/exceptions") { visit in
                let kind = visit.query["kind"].isEmpty ? nil : visit.query["kind"]
                let page = try await desk.hub.store.read { transaction -> ExceptionListPage in
                    let found = try Exceptions.list(kind: kind, limit: Self.listMax, in: transaction)
                    return ExceptionListPage(
                        found, counts: try Exceptions.counts(in: transaction), kind: kind, accounts: try Desk.accounts(in: transaction),
                        references: try Self.references(found, in: transaction), done: visit.query["done"], now: visit.now, visit.words)
                }
                return Reply.html(desk.show(page, to: visit))
            },
            .get("/exceptions/{number}") { visit in Reply.html(try await page(visit, trouble: nil)) },
            .post("/exceptions/{number}/replay") { try await replay($0) },
            .post("/exceptions/{number}/close") { try await close($0) },
        ]
    }

    /// The references of the orders that the exceptions are about.
    private static func references(_ exceptions: [OpenException], in transaction: Transaction) throws -> [Int64: String] {
        try OrderList.references(of: exceptions.filter { $0.subject.kind == "order" }.map(\.subject.number), in: transaction)
    }

    private static func number(_ visit: Visit) throws -> Int64 {
        guard let number = visit.parameters["number"].flatMap({ Int64($0) }) else { throw HTTPError(.notFound) }
        return number
    }

    private func page(_ visit: Visit, trouble: String?) async throws -> String {
        let number = try Self.number(visit)
        let (desk, ledger) = (desk, desk.hub.ledger)
        let page = try await desk.hub.store.read { transaction -> ExceptionPage in
            guard let exception = try Exceptions.find(number, in: transaction) else { throw Refusal(.notFound, "exception.unknown") }
            let raw = exception.subject.kind == "inbox" ? try Inbox.body(of: exception.subject.number, in: transaction) : nil
            let oversell = try OversellFacts(exception, ledger: ledger, blind: desk.blindAccounts(in: transaction), in: transaction)
            return ExceptionPage(
                exception, raw: raw, oversell: oversell, accounts: try Desk.accounts(in: transaction),
                references: try Self.references([exception], in: transaction),
                trouble: trouble,
                note: visit.form["note"], now: visit.now, visit.words)
        }
        return desk.show(page, to: visit)
    }

    /// The message or job is tried once more; the exception closes, and opens again by itself when it fails again.
    private func replay(_ visit: Visit) async throws -> Response {
        let number = try Self.number(visit)
        let isReplayed = try await desk.hub.store.write { transaction -> Bool in
            guard let exception = try Exceptions.find(number, in: transaction) else { return false }
            let subject = exception.subject
            let isReplayed =
                switch subject.kind {
                case "inbox": try Inbox.replay(subject.number, in: transaction)
                case "job": try Jobs.replay(subject.number, at: visit.now, in: transaction)
                default: false
                }
            if isReplayed { try Exceptions.close(number: number, resolution: "replayed", at: visit.now, in: transaction) }
            return isReplayed
        }
        return Reply.redirect(Site.exceptions(kind: nil, done: isReplayed ? "replayed" : "before"))
    }

    private func close(_ visit: Visit) async throws -> Response {
        let number = try Self.number(visit)
        let note = visit.form["note"]
        guard !note.isEmpty, note.utf8.count <= 500 else {
            return Reply.html(try await page(visit, trouble: visit.words("refusal.exception.no-note")), status: .unprocessableContent)
        }
        _ = try await desk.hub.store.write { transaction in
            try Exceptions.close(number: number, resolution: "\(visit.actor): \(note)", at: visit.now, in: transaction)
        }
        return Reply.redirect(Site.exceptions(kind: nil, done: "closed"))
    }
}
