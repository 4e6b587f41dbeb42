// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonTwin {
    /// What a feed does to the shop, and its report with the content type of it.
    mutating func work(_ type: String, _ bytes: [UInt8], feed: String, at now: Instant) -> (report: [UInt8], type: String) {
        switch type {
        case "JSON_LISTINGS_FEED": (listings(bytes, feed, at: now), "application/json; charset=UTF-8")
        case "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA": (cancellations(bytes, at: now), "text/plain; charset=UTF-8")
        case "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA": (adjustments(bytes, at: now), "text/plain; charset=UTF-8")
        default:
            (Self.flat(processed: 0, [(0, "4000", "The feed type \(type) is not known.")]), "text/plain; charset=UTF-8")
        }
    }

    private mutating func listings(_ bytes: [UInt8], _ feed: String, at now: Instant) -> [UInt8] {
        var issues: [JSONValue] = []
        var processed = 0
        var invalid = 0
        if let root = try? JSON.parse(bytes, limits: .init(bytes: 64 << 20)),
            root["header"]?["sellerId"]?.string == sellerID,
            let messages = root["messages"]
        {
            for message in messages.elements {
                processed += 1
                let number = message["messageId"]?.integer ?? 0
                let sku = message["sku"]?.string ?? ""
                var problem: (code: String, message: String)? = ("90", "Only PATCH is understood here.")
                if message["operationType"]?.string == "PATCH", let patches = message["patches"] {
                    problem = apply(Array(patches.elements), to: sku, at: now)
                }
                guard let problem else { continue }
                invalid += 1
                issues.append([
                    "messageId": .integer(number), "sku": .string(sku), "code": .string(problem.code), "severity": "ERROR",
                    "message": .string(problem.message),
                ])
            }
        } else {
            issues.append(["code": "4000001", "severity": "ERROR", "message": "The provided feed content is not valid."])
        }
        var summary: JSONValue = [
            "errors": .integer(issues.count), "warnings": 0, "messagesProcessed": .integer(processed),
        ]
        summary.add("messagesAccepted", .integer(processed - invalid))
        summary.add("messagesInvalid", .integer(invalid))
        var root: JSONValue = ["header": ["sellerId": .string(sellerID), "version": "2.0", "feedId": .string(feed)]]
        root.add("issues", .array(issues))
        root.add("summary", summary)
        return root.bytes
    }

    /// The rows of a flat file by column, with the number of each; `above` lines stand over the names.
    private static func table(_ bytes: [UInt8], above: Int) -> [(number: Int, row: [String: String])] {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: {
            $0 == "\n" || $0 == "\r\n" || $0 == "\r"
        })
        guard lines.count > above else { return [] }
        func cells(_ line: Substring) -> [String] {
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        let names = cells(lines[above])
        return lines.dropFirst(above + 1).enumerated().map { number, line in
            (number + 1, Dictionary(zip(names, cells(line)), uniquingKeysWith: { first, _ in first }))
        }
    }

    static func flat(processed: Int, _ errors: [(number: Int, code: String, message: String)]) -> [UInt8] {
        let failed = Set(errors.map(\.number)).count
        var text =
            "Feed Processing Summary:\n\tNumber of records processed\t\t\(processed)\n\tNumber of records successful\t\t\(max(processed - failed, 0))\n"
        if !errors.isEmpty {
            text += "\noriginal-record-number\torder-id\terror-code\terror-type\terror-message\n"
            for error in errors { text += "\(error.number)\t\t\(error.code)\tError\t\(error.message)\n" }
        }
        return Array(text.utf8)
    }

    /// Orders are cancelled when the file names every item of theirs. The offers' counts stay as they are.
    private mutating func cancellations(_ bytes: [UInt8], at now: Instant) -> [UInt8] {
        let rows = Self.table(bytes, above: 1)
        var errors: [(number: Int, code: String, message: String)] = []
        var named: [Int: (items: Set<String>, rows: [Int], reason: String)] = [:]
        for (number, row) in rows {
            guard let index = orderAt[row["order-id"] ?? ""], let item = row["amazon-order-item-code"],
                orders[index].line(item) != nil
            else {
                errors.append((number, "18028", "The order or item is not known."))
                continue
            }
            named[index, default: ([], [], row["cancellation-reason-code"] ?? "")].items.insert(item)
            named[index]?.rows.append(number)
        }
        for (index, ask) in named.sorted(by: { $0.key < $1.key }) {
            if ask.items.count == orders[index].lines.count,
                case .done = cancel(index, by: "MERCHANT", reason: ask.reason, relist: false, at: now)
            {
                continue
            }
            errors += ask.rows.map { ($0, "18056", "The order cannot be cancelled in its present state.") }
        }
        return Self.flat(processed: rows.count, errors)
    }

    /// Refunds, each order in one go; never more than was paid.
    private mutating func adjustments(_ bytes: [UInt8], at now: Instant) -> [UInt8] {
        let rows = Self.table(bytes, above: 0)
        var errors: [(number: Int, code: String, message: String)] = []
        var items: [Int: [TwinTransaction.Item]] = [:]
        for (number, row) in rows {
            guard let index = orderAt[row["order-id"] ?? ""], let line = orders[index].line(row["order-item-id"])
            else {
                errors.append((number, "18028", "The order or item is not known."))
                continue
            }
            guard row["currency"] == currency.code, let goods = Money(row["item-price-adj"] ?? "", currency),
                let tax = Money(row["item-tax-adj"] ?? "", currency),
                let shipping = Money(row["shipping-price-adj"] ?? "", currency),
                goods.minor.magnitude <= UInt64(Amounts.minorMax),
                tax.minor == 0, (0...Amounts.minorMax).contains(shipping.minor), goods.minor + shipping.minor > 0
            else {
                errors.append((number, "18091", "The amounts are not valid."))
                continue
            }
            let sold = orders[index].lines[line]
            guard orders[index].status != .pending, orders[index].status != .cancelled,
                sold.givenBack.minor + goods.minor <= sold.net.minor,
                orders[index].shippingGivenBack.minor + shipping.minor <= orders[index].shipping.minor
            else {
                errors.append((number, "18097", "The refund exceeds the amount that is left of the order."))
                continue
            }
            // The file has amounts, not units: as many as the amount pays for in full.
            let units =
                sold.net.minor > 0 && goods.minor > 0
                ? Int(goods.minor.multipliedReportingOverflow(by: Int64(sold.quantity)).partialValue / sold.net.minor) : 0
            let counted = max(min(units, sold.quantity - sold.refunded), 0)
            orders[index].lines[line].givenBack += goods
            orders[index].lines[line].refunded += counted
            orders[index].shippingGivenBack += shipping
            items[index, default: []].append(
                .init(line: line, quantity: counted, goods: goods, tax: tax, shipping: shipping))
        }
        for (index, items) in items.sorted(by: { $0.key < $1.key }) { post(.refund, index, items, at: now) }
        return Self.flat(processed: rows.count, errors)
    }
}
