// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelSync
import Hummingbird
import Storage
import Vocabulary

/// A policy as a form or a program asks for it: for an article, its category, or all.
struct PolicyAsked: Sendable {
    private var kind: SellingPolicy.Kind?
    private var limit: Int
    private var scope: String
    private var allocations: [ID<AccountKind>: Int] = [:]

    init(form: Fields) throws {
        (kind, limit) = try Self.policy(form)
        scope = form["scope"].isEmpty ? "article" : form["scope"]
        guard ["article", "category", "all"].contains(scope) else { throw HTTPError(.badRequest) }
        guard kind == .fixed else { return }
        for name in form.values.keys.sorted() where name.hasPrefix("units-") {
            guard let account = ID<AccountKind>(text: String(name.dropFirst("units-".count))) else { throw HTTPError(.badRequest) }
            guard !form[name].isEmpty else { continue }
            allocations[account] = try Self.count(form[name])
        }
    }

    /// The policy of a form that has one; nil for "as others".
    static func policy(_ form: Fields) throws -> (kind: SellingPolicy.Kind?, limit: Int) {
        let kind = SellingPolicy.Kind(rawValue: form["kind"])
        guard kind != nil || form["kind"] == PolicyView.asAll else { throw HTTPError(.badRequest) }
        return (kind, form["limit"].isEmpty ? 0 : try count(form["limit"]))
    }

    init(_ kind: SellingPolicy.Kind?, limit: Int, allocations: [ID<AccountKind>: Int]) {
        self.kind = kind
        self.limit = limit
        self.allocations = allocations
        scope = "article"
    }

    private static func count(_ text: String) throws -> Int {
        guard let number = Int(text) else { throw Refusal(.invalid, "form.bad-number", ["text": String(text.prefix(40))]) }
        return number
    }

    func run(of sku: SKU, in transaction: Transaction) throws {
        guard let variant = try VariantTable.find(sku: sku, in: transaction) else { throw Refusal(.notFound, "product.unknown", ["sku": sku.text]) }
        for account in allocations.keys.sorted() where try ChannelAccountTable.find(account, in: transaction) == nil {
            throw Refusal(.notFound, "channel.no-account", ["account": account.description])
        }
        let policy = kind.map { SellingPolicy($0, limit: limit) }
        guard scope != "article" else { return try SetSellingPolicy(.article(variant.id), policy, allocations: allocations).run(in: transaction) }
        // The article goes with the others: it keeps none of its own.
        try SetSellingPolicy(scope == "all" ? .all : .category(variant.category ?? ""), policy).run(in: transaction)
        try SetSellingPolicy(.article(variant.id), nil).run(in: transaction)
    }
}
