// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import ChannelSync
import Clocks
import Inventory
import Ledger
import SQLiteStorage
import Storage
import Synchronization
import Vocabulary

/// Plays a scenario against the whole house in one thread and virtual time: the rooms, the engine, the connectors and the twins are
/// the ones that run in production. The same scenario, policy and seed give the same run, step by step.
public final class Simulation {
    enum Entry {
        case happening(Scenario.Happening.Kind)
        case deliver(SimulatedShop, TwinWebhook, isFirst: Bool)
        case look(SimulatedShop)
        case office(OfficeTask)
        case restart
    }

    let scenario: Scenario
    let premises: Premises
    /// The time that shops and buyers live in.
    let clock: DemoClock
    private let clockError = SimulatedClock.Error()
    let shops: [SimulatedShop]
    let wire: SimulatedWire
    let trace: Trace
    private let policy: PlayedPolicy
    private let seed: UInt64
    let thread: OneThread
    private let fuse = Fuse()
    /// What the office did while the hub died.
    var unanswered: [OfficeTask] = []
    private(set) var process: HubProcess?
    var agenda = Agenda<Entry>()
    private(set) var step = 0
    private var lives = 0
    var book: BuyersBook
    var watch: Watch
    /// Articles that people touched since the last look.
    var touched: Set<Int> = []
    private var outcome: SimulationOutcome
    private var wereContested = 0
    private var least: LeastCalls

    /// Where a shop's own timers are looked at when nobody was there.
    private static let lookEvery = Span.seconds(60)
    private static let looksAtArticles = Span.minutes(150)
    /// How long the hub may take to be done with everything once nothing goes wrong any more.
    private static let drainMax = Span.hours(12)

    public init(_ scenario: Scenario, policy: PlayedPolicy, seed: UInt64, premises: Premises, keepsTrace: Int = 100) {
        self.scenario = scenario
        self.policy = policy
        self.seed = seed
        self.premises = premises
        var chance = SplitMix64(seed: seed)
        thread = OneThread(seed: chance.next())
        clock = DemoClock(start: scenario.start - .hours(2), speed: nil)
        trace = Trace(keeps: keepsTrace)
        let opening = clock.now()
        let articles = scenario.articles.map { TwinSeed.Article(sku: $0.sku, title: $0.sku, price: BuyersBook.price, quantity: $0.units) }
        let isPlain = seed.isMultiple(of: 8)
        shops = scenario.shops.enumerated().compactMap { number, channel in
            premises.twins.first { $0.channel == channel }.map { twin in
                let title = "\(twin.title) \(number + 1)"
                let seed = TwinSeed(shopName: title, currency: .gbp, articles: articles, start: opening, seed: UInt64(number + 1))
                // Some shops are reached in the clear, where a channel signs its requests in another way.
                return SimulatedShop(number: number, channel: channel, title: title, isSecure: !isPlain, twin: twin.make(seed))
            }
        }
        wire = SimulatedWire(shops: shops, clock: clock, faults: Faults(), chance: chance.fork(), trace: trace)
        book = BuyersBook(scenario)
        watch = Watch(scenario.articles)
        let bulk = shops.compactMap { shop in
            premises.connectors.profile(of: shop.channel)?.abilities.quantityBulkRequests.map { (shop.number + 1, $0) }
        }
        least = LeastCalls(bulk: Dictionary(uniqueKeysWithValues: bulk))
        outcome = SimulationOutcome(seed: seed)
    }

    /// Plays it to its end, or to the first violation.
    public func run() throws -> SimulationOutcome {
        try open()
        wire.set(scenario.faults)
        var late = Span.milliseconds(0)
        var stretch: [Scenario.Happening] = []
        for happening in scenario.happenings {
            guard case .calm = happening.kind else {
                stretch.append(happening)
                continue
            }
            try play(stretch, late: late, until: happening.at)
            late = clock.now() - happening.at
            stretch = []
        }
        try play(stretch, late: late, until: scenario.end)
        outcome.figures.demanded = scenario.demanded
        outcome.figures.clairvoyant = scenario.clairvoyant
        outcome.figures.riskless = Int((scenario.riskless ?? 0).rounded())
        outcome.figures.sold = book.sold
        let compares = shops.filter { premises.connectors.profile(of: $0.channel)?.abilities.quantityWrite.movesByDifference ?? false }
        outcome.figures.oversoldWhereGuaranteed = book.oversold(in: Set(compares.map(\.number)))
        outcome.figures.calls = wire.calls
        outcome.figures.leastCalls = least.total(answered: wire.answered)
        outcome.figures.worstBound = watch.worstBound
        outcome.figures.steps = step
        outcome.figures.schedules = scenario.schedules
        outcome.figures.worstStalenessSeconds = try staleness()
        outcome.trace = trace.digest
        if !outcome.violations.isEmpty { outcome.latest = trace.latest }
        process?.die()
        thread.runReady()
        return outcome
    }

    /// Lets it all happen, then lets nothing go wrong until everything is done, and compares the books.
    private func play(_ stretch: [Scenario.Happening], late: Span, until end: Instant) throws {
        guard outcome.violations.isEmpty else { return }
        for happening in stretch { agenda.add(.happening(happening.kind), at: happening.at + late) }
        try play(until: end + late)
        wire.set(Faults())
        fuse.putOut()
        trace.note(clock.now(), "calm")
        if process == nil { try begin() }
        // What was typed into a shop is seen when its articles are looked at, every hour; so is what a shop put back of an order that had left.
        let contested = book.contested
        var isShelfCompared = true
        if case .guarded = policy { isShelfCompared = false }
        if scenario.isMeddledWith || contested != wereContested && isShelfCompared { try play(until: clock.now() + Self.looksAtArticles) }
        wereContested = contested
        if outcome.violations.isEmpty { try drain() }
        if outcome.violations.isEmpty { try settleAccounts() }
        // What comes in afterwards may serve who waits: the most counts.
        outcome.figures.oversold = max(outcome.figures.oversold, book.oversold.reduce(0, +))
        outcome.figures.aboveBound = max(outcome.figures.aboveBound, watch.aboveBound(book.oversold))
    }

    // MARK: Lives of the hub

    private var pace: SyncPace {
        var pace = SyncPace(accountsEvery: nil, firstLook: .hours(1))
        if case .interval(let span) = policy { pace.pushEvery = span }
        return pace
    }

    private func open() throws {
        let ground = try premises.ground { store in _ = try wait { [premises, clock] in try await premises.open(store, clock) } }
        let store = try ground.copied { [fuse] _ in fuse.burns() }
        let hub = try openHub(on: store)
        let shops = shops
        let articles = scenario.articles
        let policy = policy
        let now = clock.now()
        try wait {
            try await hub.store.write { transaction in
                try Self.stockUp(articles, hub, at: now, in: transaction)
                try SellingPolicyTable.set(policy.ofTheHub, in: transaction)
                for shop in shops {
                    _ = try ChannelAccountTable.add(
                        channel: shop.channel, name: shop.title, settings: shop.settings, createsProducts: false, at: now, in: transaction)
                }
            }
        }
        try store.look { transaction in
            try watch.begin(in: transaction)
            try LeastCalls.begin(in: transaction)
        }
        live(store, hub)
        for shop in shops { agenda.add(.look(shop), at: now) }
        // The shops open when the hub knows all their articles and every quantity stands.
        var waits: [String] = []
        try play(until: scenario.start) { [self] in
            waits = try isWaitedFor()
            return waits.isEmpty
        }
        if !waits.isEmpty { violation("not-open", waits.joined(separator: ", ")) }
        if clock.now() < scenario.start { clock.advance(to: scenario.start) }
        try check(all: true)
    }

    private func openHub(on store: InlineStore) throws -> Hub {
        let own = SimulatedClock(clock, error: clockError)
        return try wait { [premises] in try await premises.open(store, own) }
    }

    private static func stockUp(_ articles: [Scenario.Article], _ hub: Hub, at now: Instant, in transaction: Transaction) throws {
        guard let home = try LocationTable.all(in: transaction).first?.id else { return }
        var lines: [ChangeStock.Line] = []
        for article in articles {
            guard let sku = SKU(article.sku) else { continue }
            let made = NewVariant(sku: sku, title: article.sku, price: Money(BuyersBook.price, .gbp))
            let ids = try VariantTable.create(title: article.sku, variants: [made], at: now, in: transaction)
            if article.units > 0, let id = ids.first { lines.append(.init(variant: id, location: home, units: article.units)) }
        }
        let opening = ChangeStock(key: "opening", lines: lines, reason: .opening, note: "", actor: "simulation", at: now)
        _ = try opening.run(with: hub.stock, in: transaction)
    }

    private func live(_ store: InlineStore, _ hub: Hub) {
        lives += 1
        process = HubProcess(
            store, hub: hub, premises: premises, wire: wire, pace: pace, seed: seed &+ UInt64(lives), on: thread)
    }

    /// The process is gone, whatever it was at; another is started on the same database after a while.
    private func die(restart: Span) {
        guard let process else { return }
        trace.note(clock.now(), "crash")
        process.die()
        last = process
        self.process = nil
        fuse.reset()
        agenda.add(.restart, at: clock.now() + restart)
    }

    private var last: HubProcess?

    private func begin() throws {
        guard process == nil, let last else { return }
        trace.note(clock.now(), "restart")
        let store = last.store.restarted { [fuse] _ in fuse.burns() }
        let hub = try openHub(on: store)
        try audit(hub)
        try askAgain(hub)
        live(store, hub)
    }

    // MARK: Time

    /// Lets everything happen that is due until the moment, or until the condition holds.
    private func play(until end: Instant, while stops: (() throws -> Bool)? = nil) throws {
        while outcome.violations.isEmpty {
            thread.runReady()
            collect()
            if fuse.isBurnt { die(restart: fuse.restart) }
            if let stops, try stops() { return }
            let next = [agenda.next, clock.nextMoment].compactMap { $0 }.min() ?? end
            guard next < end else { break }
            clock.advance(to: max(clock.now(), next))
            while let entry = agenda.take(until: clock.now()) { try happen(entry) }
            step += 1
            try check()
        }
        if clock.now() < end { clock.advance(to: end) }
        thread.runReady()
    }

    private func happen(_ entry: Entry) throws {
        switch entry {
        case .happening(let kind): try happen(kind)
        case .office(let task): try work(task)
        case .deliver(let shop, let webhook, let isFirst): deliver(webhook, from: shop, isFirst: isFirst)
        case .look(let shop):
            send(from: shop)
            agenda.add(.look(shop), at: clock.now() + Self.lookEvery)
        case .restart: try begin()
        }
    }

    private func happen(_ kind: Scenario.Happening.Kind) throws {
        switch kind {
        case .buy(let shop, let article, let units):
            let now = clock.now()
            touched.insert(article)
            let order = book.order(shop: shop, article: article, units: units)
            let result = shops[shop].perform(.order(order), at: now)
            book.note(result, of: order, shop: shop, article: article, units: units)
            trace.note(now, "buy \(shop) \(article) \(units) \(result)")
        case .cancel(let shop, let number):
            guard let order = book.placed(in: shop, number) else { return }
            let result = shops[shop].perform(.cancel(reference: order.reference), at: clock.now())
            if case .done = result { book.cancelledInShop(order) }
            excuseIfContested(order)
            touched.insert(order.article)
            trace.note(clock.now(), "cancel \(order.reference) \(result)")
        case .outage(let shop, let span):
            wire.cut(shop, until: clock.now() + span)
            trace.note(clock.now(), "outage \(shop) \(span.milliseconds)")
        case .crash(let steps, let restart):
            guard process != nil else { return }
            fuse.light(after: steps, restart: restart)
        case .act(let act, let shop, let number): try begin(act, shop: shop, order: number)
        case .stock(let article, let change):
            if change < 0 { watch.excuse(article) }
            try work(OfficeTask(what: .stock(article: article, change: change), key: "office-\(step)-\(article)"))
        case .faults(let faults): wire.set(faults)
        case .clock(let span):
            clockError.add(span)
            trace.note(clock.now(), "clock \(span.milliseconds)")
        case .calm: break
        case .edit(let shop, let article, let units):
            watch.excuse(article)
            let result = shops[shop].perform(.edit(sku: scenario.articles[article].sku, quantity: units), at: clock.now())
            trace.note(clock.now(), "edit \(shop) \(article) \(units) \(result)")
        }
    }

    // MARK: Looking

    /// Runs the work on the simulation's thread until it is done.
    func wait<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let shared = Shared<Result<Value, any Error>>()
        Task(executorPreference: thread) {
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            shared.set(result)
        }
        thread.runReady()
        guard let result = shared.get() else { throw SimulationStuck() }
        return try result.get()
    }

    private func violation(_ kind: String, _ detail: String) {
        outcome.violations.append(SimulationViolation(step: step, at: clock.now(), kind: kind, detail: detail))
    }

    private func check(all: Bool = false) throws {
        guard let process, !process.store.isDead else { return }
        let isOpen = clock.now() >= scenario.start
        let found = try process.store.look { transaction in
            try least.look(at: clock.now(), in: transaction)
            return try watch.look(book, shops, policy, touched: touched, isOpen: isOpen, all: all, in: transaction)
        }
        touched = []
        for (kind, detail) in found { violation(kind, detail) }
    }

    private func audit(_ hub: Hub) throws {
        for found in try wait({ [premises] in try await premises.audit(hub) }).prefix(5) { violation("audit", found.description) }
    }

    /// What is still to be done before the shops open; nothing goes wrong until then.
    private func isWaitedFor() throws -> [String] {
        guard let process else { return ["the hub"] }
        return try process.store.look { transaction in
            let listed = try transaction.number("SELECT COUNT(*) FROM streams WHERE stream = 'listings' AND ok_at IS NOT NULL") ?? 0
            guard listed == shops.count else { return ["listings"] }
            let problems = try transaction.all("SELECT account, stream, problem FROM streams WHERE failures > 0") {
                "\($0.text(1)) of \($0.int(0)): \($0.optionalText(2) ?? "")"
            }
            // Shares are given out when the orders up to what was taken back are known.
            if case .guarded = policy, try transaction.number("SELECT COUNT(*) FROM exposures WHERE marks <> ''") ?? 0 > 0 { return ["exposures"] }
            return try problems + Backlog.list(ordersUntil: nil, in: transaction)
        }
    }

    private func drain() throws {
        let since = clock.now()
        var isDone = false
        try play(until: since + Self.drainMax) { [self] in
            guard let process else { return false }
            isDone = try process.store.look { try Backlog.isEmpty(ordersUntil: since, in: $0) }
            return isDone
        }
        outcome.figures.worstDrainSeconds = max(outcome.figures.worstDrainSeconds, Int((clock.now() - since).milliseconds / 1_000))
        guard !isDone else { return }
        let left = try process?.store.look { try Backlog.list(ordersUntil: since, in: $0).joined(separator: ", ") + watch.standing(in: $0) }
        violation("not-drained", left ?? "the hub is down")
    }

    /// The end: the books are audited, every order is there once, every shop shows what is free.
    private func settleAccounts() throws {
        guard let process else { return }
        watch.excuseNobody()
        try check(all: true)
        try audit(process.hub)
        for (kind, detail) in try process.store.look({ try book.compare(with: shops, policy, in: $0) }) { violation(kind, detail) }
    }

    private func staleness() throws -> Int {
        guard let process, !process.store.isDead else { return 0 }
        return try process.store.look { Int((try $0.number("SELECT COALESCE(MAX(milliseconds), 0) FROM sync_lags") ?? 0) / 1_000) }
    }
}

/// The simulation's work waits for something that only time can bring.
public struct SimulationStuck: Error {}

private final class Shared<Value: Sendable>: Sendable {
    private let box = Mutex<Value?>(nil)
    func set(_ value: Value) { box.withLock { $0 = value } }
    func get() -> Value? { box.withLock { $0 } }
}
