// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Hummingbird
import NIOCore
import Orders
import Storage
import Vocabulary

/// Orders as a table for a spreadsheet, streamed page by page.
package enum OrderCSV {
    /// The most rows of one file.
    static let rowsMax = 200_000

    static func answer(_ desk: Desk, _ filter: OrderFilter, _ words: Words) -> Response {
        let store = desk.hub.store
        let body = ResponseBody { writer in
            let accounts = try await store.read { try Desk.accounts(in: $0) }
            let heads = ["reference", "placed", "channel", "buyer", "country", "units", "total", "refunded", "currency", "status", "payment"]
            try await writer.write(ByteBuffer(string: "\u{FEFF}" + row(heads.map { words("csv.\($0)") })))
            var cursor: String?
            var rows = 0
            repeat {
                let after = cursor
                let page = try await store.read { try OrderList.page(filter, after: after, limit: Page<OrderRow>.sizeMax, in: $0) }
                let text = page.items.map { row(cells($0, accounts, words)) }.joined()
                try await writer.write(ByteBuffer(string: text))
                rows += page.items.count
                cursor = page.next
            } while cursor != nil && rows < rowsMax
            try await writer.finish(nil)
        }
        var response = Response(status: .ok, headers: [.contentType: "text/csv; charset=utf-8", .cacheControl: "no-store"], body: body)
        response.headers[.contentDisposition] = "attachment; filename=\"orders.csv\""
        return response
    }

    private static func cells(_ order: OrderRow, _ accounts: [AccountName], _ words: Words) -> [String] {
        [
            order.reference, order.placedAt.iso, accounts.first { $0.id == order.account }?.name ?? "", order.buyer ?? "", order.country ?? "",
            String(order.units), order.total.decimalText, order.refunded.decimalText, order.total.currency.code,
            words("order.status.\(order.status.rawValue)"), words("order.payment.\(order.payment.rawValue)"),
        ]
    }

    static func row(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    /// A cell that a spreadsheet would take for a formula is made text: a buyer called `=HYPERLINK(…)` must stay a name.
    package static func cell(_ text: String) -> String {
        var text = text
        let isNumber = Decimal10(text) != nil
        if let first = text.unicodeScalars.first, !isNumber, "=+-@\t\r\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first) {
            text = "'" + text
        }
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D || $0 == 0x3B }) else { return text }
        // By bytes: to a reader of tables a quotation mark is one, whatever accent joins it.
        var bytes: [UInt8] = [0x22]
        for byte in text.utf8 { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
        return String(decoding: bytes + [0x22], as: UTF8.self)
    }
}
