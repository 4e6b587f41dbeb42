// SPDX-License-Identifier: Apache-2.0

import Storage

/// The rows that orders of two lines leave in the database, as bare statements with ready-made values: the limit that the
/// import is measured against.
struct BareRows {
    let first: Int
    let count: Int

    func write(in transaction: Transaction) throws {
        var orders: [[SQLValue]] = []
        var buyers: [[SQLValue]] = []
        var lines: [[SQLValue]] = []
        var holds: [[SQLValue]] = []
        var postings: [[SQLValue]] = []
        var transfers: [[SQLValue]] = []
        var events: [[SQLValue]] = []
        var changes: [[SQLValue]] = []
        var claims: [[SQLValue]] = []
        var balances: [[SQLValue]] = []
        let hash = [UInt8](repeating: 7, count: 32)
        for number in first..<(first + count) {
            orders.append([.integer(number), .text(String(number))])
            buyers.append([.integer(number)])
            for line in 0..<2 {
                let variant = number * (line == 0 ? 7 : 13) % 1000 + 1
                lines.append([.integer(number), .integer(line), .integer(variant)])
                holds.append([.integer(number), .integer(line), .integer(variant)])
                changes.append([.integer(variant)])
                claims.append([.integer(number * 2 + line)])
                balances.append([.integer(-1), .integer(variant * 2)])
                balances.append([.integer(1), .integer(variant * 2 + 1)])
            }
            postings.append([.integer(number), .blob(hash)])
            for position in 0..<4 { transfers.append([.integer(number), .integer(position), .integer(number % 1000 << 32)]) }
            events.append([.integer(number)])
        }
        for account in 0..<4 { balances.append([.integer(100), .integer(account)]) }
        try transaction.execute(
            """
            INSERT INTO orders (number, account, external_id, received_at, country, reference, placed_at, changed_at, revision, payment, cancelled_at,
                hub_cancelled_at, is_on_hold, claims_stock, by_channel, is_deleted, status, currency, goods, tax, shipping, fees, total, refunded, posted_goods,
                posted_tax, posted_shipping, posted_fees, posted_difference)
            VALUES (?1, 1, ?2, 1763768000000, 'GB', ?2, ?1 + 1763768000000, 1763768000000, 1, 'paid', NULL, NULL, 0, 1, 0, 0, 'open', 'GBP', 1300, 0, 395, 0, 1695, 0,
                1300, 0, 395, 0, 0)
            """, each: orders)
        try transaction.execute(
            """
            INSERT INTO order_buyers (order_number, buyer_id, name, email, phone, address)
            VALUES (?, NULL, 'Buyer of it', 'buyer-of-it@example.test', NULL, '["Buyer of it","1 Sample Street","N1 1AA London","GB"]')
            """, each: buyers)
        try transaction.execute(
            """
            INSERT INTO order_lines (order_number, position, external_id, variant_key, sku, title, variant, ordered, unit_price, net, tax, shipped, removed,
                returned, written_off)
            VALUES (?1, ?2, '1234', '5678', 'ART-1', 'Article', ?3, 1, '6.50', 650, 0, 0, 0, 0, 0)
            """, each: lines)
        try transaction.execute("INSERT INTO reservations (holder, line, variant, location, units) VALUES (?1, ?2, ?3, 1, 1)", each: holds)
        try transaction.execute("UPDATE accounts SET balance = balance + ? WHERE number = ?", each: balances)
        try transaction.execute(
            """
            INSERT INTO postings (number, at, cause, cause_number, actor, verb, note, reverses, hash)
            VALUES (?1, 1763768000000, 'order', ?1, 'channel:1 bench', 'order', '', NULL, ?2)
            """, each: postings)
        try transaction.execute(
            "INSERT INTO transfers (posting, position, from_account, to_account, amount) VALUES (?1, ?2, ?3, ?3 + 1, 1)", each: transfers)
        try transaction.execute(
            """
            INSERT INTO events (number, at, kind, subject, subject_number, actor, detail)
            VALUES (?1, 1763768000000, 'order.imported', 'order', ?1, 'channel:1 bench', '{"status":"open","reference":"1234","payment":"paid"}')
            """, each: events)
        try transaction.execute(
            "INSERT INTO channel_claims (number, account, variant_key, units, placed_at) VALUES (?1, 1, '5678', 1, ?1 + 1763768000000)", each: claims)
        try transaction.execute("INSERT INTO stock_changes (variant) VALUES (?) ON CONFLICT (variant) DO NOTHING", each: changes)
    }
}
