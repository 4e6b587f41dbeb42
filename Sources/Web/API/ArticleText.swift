// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import JSONText
import Journal
import Vocabulary

extension APIText {
    static func exception(_ exception: OpenException) -> JSONValue {
        [
            "number": .integer(exception.number), "kind": .string(exception.kind), "account": exception.account.map { .integer($0.number) } ?? .null,
            "subject": .string(exception.subject.kind), "subjectNumber": .integer(exception.subject.number), "openedAt": moment(exception.openedAt),
        ]
    }

    /// One article with what its page shows besides its stock: how it is offered, and what could still be oversold.
    static func article(_ facts: ProductFacts) -> JSONValue {
        let allocations = facts.allocations.sorted { $0.key < $1.key }.map { account, allocation -> JSONValue in
            [
                "account": .integer(account.number), "units": .integer(allocation.units), "sold": .integer(allocation.sold),
                "left": .integer(allocation.left),
            ]
        }
        let source = facts.policies.own(of: facts.row.variant.id) == nil ? facts.policyWithoutOwn.source : .article
        let policy: JSONValue = [
            "kind": .string(facts.policy.kind.rawValue), "limit": .integer(facts.policy.limit), "source": .string(source.rawValue),
            "allocations": .array(allocations),
        ]
        let parts = facts.bound?.parts.map { part -> JSONValue in
            ["account": .integer(part.listing.account.number), "listing": .integer(part.listing.id.number), "units": number(part.units)]
        }
        let bound: JSONValue =
            facts.bound.map { ["units": number($0.units), "sellable": .integer($0.sellable), "parts": .array(parts ?? [])] } ?? .null
        return [
            "product": product(facts.row), "category": .optional(facts.row.variant.category), "policy": policy, "bound": bound,
            "lostSales": [
                "days": .integer(ProductFacts.lostSalesDays), "thousandths": .integer(facts.lostSales.units),
                "starving": .array(facts.lostSales.starving.map { .integer($0.number) }),
            ],
        ]
    }
}
