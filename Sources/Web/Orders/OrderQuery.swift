// SPDX-License-Identifier: Apache-2.0

import Orders
import Vocabulary

/// The order list's filter as it stands in the address.
enum OrderQuery {
    static let names = ["q", "channel", "status", "payment", "attention", "from", "to"]

    static func filter(_ query: Fields, _ words: Words) -> OrderFilter {
        var filter = OrderFilter()
        filter.search = String(query["q"].prefix(200))
        filter.account = ID(text: query["channel"])
        filter.status = Order.Status(rawValue: query["status"])
        filter.payment = Order.Payment(rawValue: query["payment"])
        filter.needsAttention = query["attention"] == "1"
        filter.from = day(query["from"], words)
        filter.to = day(query["to"], words).map { $0 + .days(1) }
        return filter
    }

    /// The beginning of a local day.
    private static func day(_ text: String, _ words: Words) -> Instant? {
        guard text.utf8.count == 10 else { return nil }
        return words.format.instant(field: text + "T00:00")
    }

    /// The filter's own fields, without the place in the list.
    static func fields(_ query: Fields) -> Fields { Fields(query.values.filter { names.contains($0.key) }) }

    static func address(_ path: String, _ query: Fields, after: String? = nil) -> String {
        var fields = fields(query)
        if let after { fields.values["after"] = after }
        let text = fields.query
        return text.isEmpty ? path : "\(path)?\(text)"
    }
}
