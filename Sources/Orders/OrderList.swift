// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// Which orders a person wants to see.
public struct OrderFilter: Hashable, Sendable {
    public var account: ID<AccountKind>?
    public var status: Order.Status?
    public var payment: Order.Payment?
    /// Only orders with an open exception.
    public var needsAttention = false
    public var from: Instant?
    public var to: Instant?
    /// A reference, a SKU, or the beginning of a buyer's name or e-mail address.
    public var search = ""

    public init() {}
}

/// One order as a list shows it.
public struct OrderRow: Hashable, Sendable {
    public var id: ID<OrderKind>
    public var account: ID<AccountKind>
    public var reference: String
    public var placedAt: Instant
    public var status: Order.Status
    public var payment: Order.Payment
    public var total: Money
    public var refunded: Money
    public var buyer: String?
    public var country: String?
    public var units: Int
    public var exceptions: Int
}

/// Reads lists of orders, newest first. Changes nothing.
public enum OrderList {
    /// Pages follow each other by the last row's moment and number, so that the thousandth page costs what the first does.
    public static func page(_ filter: OrderFilter, after cursor: String? = nil, limit: Int, in transaction: Transaction) throws -> Page<OrderRow> {
        let limit = max(1, min(limit, Page<OrderRow>.sizeMax))
        var sql: SQL = """
            SELECT o.number, o.account, o.reference, o.placed_at, o.status, o.payment, o.currency, o.total, o.refunded, b.name, o.country,
                (SELECT COALESCE(SUM(l.ordered), 0) FROM order_lines l WHERE l.order_number = o.number),
                (SELECT COUNT(*) FROM exceptions e WHERE e.subject = 'order' AND e.subject_number = o.number AND e.closed_at IS NULL)
            FROM orders o LEFT JOIN order_buyers b ON b.order_number = o.number WHERE 1 = 1
            """
        for condition in try conditions(filter, in: transaction) { sql = "\(sql) AND \(condition)" }
        if let (at, number) = Self.cursor(cursor) {
            sql = "\(sql) AND (o.placed_at < \(at) OR (o.placed_at = \(at) AND o.number < \(number)))"
        }
        sql = "\(sql) ORDER BY o.placed_at DESC, o.number DESC LIMIT \(limit + 1)"
        var rows = try transaction.all(sql, read)
        guard rows.count > limit else { return Page(items: rows) }
        rows.removeLast()
        return Page(items: rows, next: rows.last.map { "\($0.placedAt.milliseconds).\($0.id.number)" })
    }

    /// The channels' references of the orders, by number.
    public static func references(of numbers: [Int64], in transaction: Transaction) throws -> [Int64: String] {
        var references: [Int64: String] = [:]
        guard !numbers.isEmpty else { return references }
        try transaction.forEach("SELECT number, reference FROM orders WHERE number IN \(list: numbers.map { .integer($0) })") {
            references[$0.integer(0)] = $0.text(1)
        }
        return references
    }

    private static func cursor(_ text: String?) -> (at: Int64, number: Int64)? {
        let parts = (text ?? "").split(separator: ".")
        guard parts.count == 2, let at = Int64(parts[0]), let number = Int64(parts[1]) else { return nil }
        return (at, number)
    }

    private static func conditions(_ filter: OrderFilter, in transaction: Transaction) throws -> [SQL] {
        var all: [SQL] = []
        if let account = filter.account { all.append("o.account = \(account.number)") }
        if let status = filter.status {
            // Written out, not as an argument, so that the small index of what is still to be done serves.
            switch status {
            case .open, .partial, .held:
                let text = "o.status IN ('open', 'partial', 'held') AND o.status = '" + status.rawValue + "'"
                all.append(SQL(text))
            case .shipped, .closed, .cancelled, .draft, .byChannel: all.append("o.status = \(status.rawValue)")
            }
        }
        if let payment = filter.payment { all.append("o.payment = \(payment.rawValue)") }
        if filter.needsAttention {
            all.append("o.number IN (SELECT e.subject_number FROM exceptions e WHERE e.closed_at IS NULL AND e.subject = 'order')")
        }
        if let from = filter.from { all.append("o.placed_at >= \(from.milliseconds)") }
        if let to = filter.to { all.append("o.placed_at < \(to.milliseconds)") }
        let search = filter.search.trimmed
        if !search.isEmpty { all.append("o.number IN \(list: try numbers(matching: search, in: transaction).map { .integer($0) })") }
        return all
    }

    /// How many orders one search looks at: enough for a person, and a bound for a machine.
    static let matchesMax = 2000

    /// Orders whose reference or SKU it is, or whose buyer's name or address begins with it. Each question is one index range and gives up to `matchesMax`.
    private static func numbers(matching text: String, in transaction: Transaction) throws -> Set<Int64> {
        var found: Set<Int64> = []
        func add(_ sql: SQL) throws { try transaction.forEach("\(sql) LIMIT \(matchesMax)") { found.insert($0.integer(0)) } }
        let lower = text.lowercased()
        let bare = text.first == "#" ? String(text.dropFirst()) : text
        try add("SELECT number FROM orders WHERE reference IN (\(bare), \("#" + bare), \(text))")
        try add("SELECT order_number FROM order_buyers WHERE lower(name) >= \(lower) AND lower(name) < \(lower + "\u{10FFFF}")")
        try add("SELECT order_number FROM order_buyers WHERE lower(email) >= \(lower) AND lower(email) < \(lower + "\u{10FFFF}")")
        if let sku = SKU(text) {
            try add(
                """
                SELECT l.order_number FROM order_lines l JOIN variants v ON v.number = l.variant WHERE v.sku_folded = \(sku.folded)
                ORDER BY l.order_number DESC
                """)
            try add("SELECT order_number FROM order_lines WHERE variant IS NULL AND upper(sku) = \(sku.folded)")
        }
        return found
    }

    private static func read(_ row: any Row) throws -> OrderRow {
        guard let currency = Currency(row.text(6)), let status = Order.Status(rawValue: row.text(4)),
            let payment = Order.Payment(rawValue: row.text(5))
        else {
            throw StorageFailure.other("order \(row.integer(0)) has an unknown currency, payment or status")
        }
        return OrderRow(
            id: ID(row.integer(0)), account: ID(row.integer(1)), reference: row.text(2), placedAt: Instant(milliseconds: row.integer(3)),
            status: status,
            payment: payment, total: Money(minor: row.integer(7), currency), refunded: Money(minor: row.integer(8), currency),
            buyer: row.optionalText(9),
            country: row.optionalText(10), units: row.int(11), exceptions: row.int(12))
    }
}
