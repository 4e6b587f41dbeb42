// SPDX-License-Identifier: Apache-2.0

public import ChannelSync
import Crypto
import Storage
import Vocabulary

/// One hash over what the merchant has at the end: orders, balances and published quantities.
///
/// It holds no number that the hub gave and no moment at which something arrived, so two runs over the same business are
/// equal whatever was sent twice, late, shuffled or lost on the way. An account with nothing in it is as good as none: whether
/// units once passed through it may hang on what was heard first.
public enum StateDigest {
    public static func run(_ hub: Hub) async throws -> String {
        try await hub.store.read { transaction in
            var hash = SHA256()
            // Account by account and order by order along their indexes: a sort of all lines would hold a year in memory.
            func add(_ text: String) { hash.update(data: Array((text + "\n").utf8)) }
            try transaction.forEach(
                """
                SELECT a.name, o.external_id, o.status, o.currency, o.goods, o.tax, o.shipping, o.fees, o.total, o.refunded, l.external_id, COALESCE(v.sku_folded, ''),
                    l.ordered, l.shipped, l.removed, l.returned, l.written_off, l.net, l.tax
                FROM channel_accounts a CROSS JOIN orders o CROSS JOIN order_lines l LEFT JOIN variants v ON v.number = l.variant
                WHERE o.account = a.number AND l.order_number = o.number ORDER BY a.name, o.external_id, l.external_id
                """
            ) { row in
                var words = (0..<4).map { row.text($0) } + (4..<10).map { String(row.integer($0)) } + [row.text(10), row.text(11)]
                words += (12..<19).map { String(row.integer($0)) }
                add(words.joined(separator: "|"))
            }
            try transaction.forEach(
                """
                SELECT v.sku_folded, b.number % 4294967296, b.balance FROM accounts b JOIN variants v ON v.number = b.number / 4294967296
                WHERE b.balance <> 0 ORDER BY v.sku_folded, b.number % 4294967296
                """
            ) { add("stock|\($0.text(0))|\($0.integer(1))|\($0.integer(2))") }
            try transaction.forEach(
                """
                SELECT c.name, b.number / 4294967296, b.number % 256, b.balance FROM accounts b JOIN channel_accounts c ON c.number = (b.number / 256) % 16777216
                WHERE b.number / 4294967296 >= 1073741824 AND b.balance <> 0 ORDER BY c.name, b.number
                """
            ) { add("money|\($0.text(0))|\($0.integer(1))|\($0.integer(2))|\($0.integer(3))") }
            try transaction.forEach(
                """
                SELECT c.name, l.variant_key, p.wanted, COALESCE(p.acknowledged, -1) FROM publications p JOIN listings l ON l.number = p.listing
                JOIN channel_accounts c ON c.number = p.account ORDER BY c.name, l.variant_key
                """
            ) { add("shown|\($0.text(0))|\($0.text(1))|\($0.integer(2))|\($0.integer(3))") }
            return hash.finalize().map { byte in
                let text = String(byte, radix: 16)
                return byte < 16 ? "0" + text : text
            }.joined()
        }
    }
}
