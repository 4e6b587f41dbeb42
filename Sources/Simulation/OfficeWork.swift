// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelKit
import ChannelSync
import Clocks
import Inventory
import Orders
import SQLiteStorage
import Storage
import Vocabulary

/// Something the office does in the hub, and keeps doing until it has an answer: the same key is the same act.
struct OfficeTask: Sendable {
    enum What: Sendable {
        case act(Scenario.Act, BuyersBook.Order)
        case stock(article: Int, change: Int)
    }
    var what: What
    var key: String
}

extension Simulation {
    /// How long somebody waits before trying again what the hub did not answer.
    private static let officePause = Span.seconds(30)

    /// Begins an act on the shop's order, when there is one and the channel knows such acts.
    func begin(_ act: Scenario.Act, shop: Int, order number: Int) throws {
        guard let order = book.placed(in: shop, number) else { return }
        if case .refund = act, premises.connectors.profile(of: shops[shop].channel)?.abilities.refund != true { return }
        try work(OfficeTask(what: .act(act, order), key: "office-\(step)-\(order.reference)"))
    }

    func work(_ task: OfficeTask) throws {
        guard let hub = process?.hub, process?.store.isDead == false else { return later(task) }
        try work(task, in: hub)
    }

    /// Whether what the last life of the hub died over was done, its next says before it does anything else.
    func askAgain(_ hub: Hub) throws {
        let tasks = unanswered
        unanswered = []
        for task in tasks { try work(task, in: hub) }
    }

    private func work(_ task: OfficeTask, in hub: Hub) throws {
        let now = hub.clock.now()
        let articles = scenario.articles
        let found: Result<Int?, any Error> = Result {
            try wait { try await hub.store.write { try Self.perform(task, hub, articles: articles, at: now, in: $0) } }
        }
        switch found {
        case .success(let short):
            trace.note(clock.now(), "office \(task.key) \(short == nil ? "not there" : "done")")
            if let short { note(task, short: short) }
        case .failure(let refusal as Refusal): trace.note(clock.now(), "office \(task.key) \(refusal)")
        case .failure: unanswered.append(task)
        }
    }

    private func later(_ task: OfficeTask) { agenda.add(.office(task), at: clock.now() + Self.officePause) }

    private func note(_ task: OfficeTask, short: Int) {
        switch task.what {
        case .act(let act, let order):
            if let order = book.placed(order.reference) { book.acted(act, on: order, short: short) }
            touched.insert(order.article)
            excuseIfContested(order)
        case .stock(let article, let change):
            book.counted(article, change)
            touched.insert(article)
        }
    }

    /// A shop that puts units back which have left the house offers what nobody has: nobody can know before it is heard of.
    func excuseIfContested(_ order: BuyersBook.Order) {
        if book.placed(order.reference)?.isContested == true { watch.excuse(order.article, forGood: true) }
    }

    /// Units of the order that nobody had for it: they cannot leave the house, nor be given up. Nil when the hub has not heard of the order.
    private static func perform(
        _ task: OfficeTask, _ hub: Hub, articles: [Scenario.Article], at now: Instant, in transaction: Transaction
    ) throws -> Int? {
        switch task.what {
        case .act(let act, let order):
            let number = try transaction.number("SELECT number FROM orders WHERE account = \(order.shop + 1) AND external_id = \(order.key)")
            guard let number else { return nil }
            let id = ID<OrderKind>(number)
            let short = try transaction.count("SELECT SUM(units) FROM shortages WHERE holder = \(number)")
            switch act {
            case .ship:
                _ = try ShipOrder(order: id, units: [0: order.units], tracking: nil, key: task.key, actor: "office", at: now).run(
                    with: hub.orders, in: transaction)
            case .cancel: _ = try CancelOrder(order: id, actor: "office", at: now).run(with: hub.orders, in: transaction)
            case .refund(let restocks):
                let lines = [RefundOrder.Line(position: 0, units: order.units, restock: restocks)]
                _ = try RefundOrder(order: id, lines: lines, shipping: 0, key: task.key, actor: "office", at: now).run(
                    with: hub.orders, in: transaction)
            }
            return short
        case .stock(let article, let change):
            guard let sku = SKU(articles[article].sku), let variant = try VariantTable.find(sku: sku, in: transaction)?.id,
                let home = try LocationTable.all(in: transaction).first?.id
            else { return nil }
            let line = ChangeStock.Line(variant: variant, location: home, units: change)
            _ = try ChangeStock(key: task.key, lines: [line], reason: change > 0 ? .received : .lost, note: "", actor: "office", at: now)
                .run(with: hub.stock, in: transaction)
            return 0
        }
    }
}
