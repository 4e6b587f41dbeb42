// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    /// Puts an order into a status, with what WooCommerce does to stock and dates on the way.
    ///
    /// Stock goes down on `processing`, `on-hold` and `completed`, once; `cancelled`, `failed` and `pending` give it back, once
    /// (recordings 147 to 155, 188 to 194, 229, 231). The trash does neither.
    mutating func setStatus(_ place: Int, _ status: String, at now: Instant, fires: Bool = true) {
        let old = book[place].status
        let wasListed = TwinOrderBook.isListed(old)
        book[place].status = status
        if status != "trash" { book[place].trashedFrom = nil }
        if ["processing", "on-hold", "completed"].contains(status) { takeStock(place, at: now) }
        if ["cancelled", "failed", "pending"].contains(status) { giveStockBack(place, at: now) }
        if status != "pending" { release(place) }
        let isPaidBy = book[place].paymentMethod == "cod" ? ["completed"] : ["processing", "completed"]
        if old != status, isPaidBy.contains(status), book[place].paid == nil { book[place].paid = now }
        if old != status, status == "completed" { book[place].completed = now }
        if status == "refunded", old != status { refundRest(place, at: now) }
        book.touch(place, at: now, wasListed: wasListed)
        // Taking an order out of the trash is told to nobody (recording 289).
        if fires, old != "trash" { fire("order.updated", book[place].id, at: now) }
        if fires, old != status { fire("action.woocommerce_order_status_\(status)", book[place].id, at: now) }
    }

    private mutating func takeStock(_ place: Int, at now: Instant) {
        guard !book[place].tookStock else { return }
        book[place].tookStock = true
        for index in book[place].lines.indices { takeStock(place, line: index, at: now) }
    }

    private mutating func takeStock(_ place: Int, line index: Int, at now: Instant) {
        let line = book[place].lines[index]
        guard let product = line.product, stock.holder(of: product) != nil else { return }
        move(product, by: -line.quantity, at: now)
        stock[product].sold = TwinStock.sum(stock[product].sold, line.quantity)
        book[place].lines[index].reduced = .init(meta: ids.nextMeta(), units: line.quantity)
    }

    private mutating func giveStockBack(_ place: Int, at now: Instant) {
        guard book[place].tookStock else { return }
        book[place].tookStock = false
        for index in book[place].lines.indices {
            guard let product = book[place].lines[index].product, let reduced = book[place].lines[index].reduced else {
                continue
            }
            move(product, by: reduced.units, at: now)
            book[place].lines[index].reduced = nil
        }
    }

    /// Changes a count and tells webhooks of it (recording w0143).
    mutating func move(_ product: Int, by units: Int, at now: Instant) {
        guard let holder = stock.holder(of: product) else { return }
        stock.move(product, by: units, at: now)
        fire("product.updated", stock[holder].id, at: now)
    }

    /// Frees the units kept for an order at the checkout.
    mutating func release(_ place: Int) {
        guard book[place].heldUntil != nil else { return }
        book[place].heldUntil = nil
        for line in book[place].lines {
            guard let holder = line.product.flatMap({ stock.holder(of: $0) }) else { continue }
            stock[holder].held = max(0, stock[holder].held - line.quantity)
        }
    }

    // MARK: PUT

    mutating func changeOrder(_ place: Int, _ body: JSON, at now: Instant) throws(TwinError) {
        let status = body["status"]?.string
        if let status, !Self.statuses.contains(status) { throw Self.badStatus }
        try checkLines(body)
        if let note = body["customer_note"]?.string { book[place].customerNote = note }
        if let method = body["payment_method"]?.string { book[place].paymentMethod = method }
        for meta in body["meta_data"].map({ Array($0.elements) }) ?? [] { write(meta, place) }
        for item in body["line_items"].map({ Array($0.elements) }) ?? [] { try edit(item, place, at: now) }
        let isPaid = Self.bool(body["set_paid"]) == true && book[place].paid == nil
        if isPaid { book[place].paid = now }
        // Any PUT moves the date and fires, also one that changes nothing (recording 240).
        setStatus(
            place, status ?? (isPaid && book[place].status == "pending" ? "processing" : book[place].status), at: now)
    }

    static let badStatus = TwinError.invalid([
        .init(
            name: "status", code: "rest_not_in_enum",
            message: "status is not one of \(statuses.dropLast().joined(separator: ", ")), and \(statuses.last ?? "").")
    ])

    /// Over its id an entry is replaced, without one the first of its key; a value of null removes it.
    private mutating func write(_ meta: JSON, _ place: Int) {
        guard let key = meta["key"]?.string else { return }
        let id = meta["id"]?.integer
        let value = meta["value"]?.value ?? .null
        guard let index = book[place].metas.firstIndex(where: { id == nil ? $0.key == key : $0.id == id }) else {
            book[place].metas.append(.init(id: ids.nextMeta(), key: key, value: value))
            return
        }
        if value == .null { book[place].metas.remove(at: index) } else { book[place].metas[index].value = value }
    }

    /// A quantity of 0 or a product of null takes a line off; a new quantity moves stock and leaves the total (recordings 233 to 237).
    private mutating func edit(_ item: JSON, _ place: Int, at now: Instant) throws(TwinError) {
        guard let id = item["id"]?.integer, let index = book[place].lines.firstIndex(where: { $0.id == id }) else {
            let line = try newLine(item)
            book[place].lines.append(line)
            if book[place].tookStock { takeStock(place, line: book[place].lines.count - 1, at: now) }
            return
        }
        let line = book[place].lines[index]
        let wanted = item["product_id"]?.isNull == true ? 0 : Self.units(item["quantity"]?.integer ?? line.quantity)
        if let product = line.product, let reduced = line.reduced, wanted != line.quantity {
            move(product, by: reduced.units - wanted, at: now)
            book[place].lines[index].reduced = .init(meta: reduced.meta, units: wanted)
        }
        if wanted == 0 {
            book[place].lines.remove(at: index)
        } else {
            book[place].lines[index].quantity = wanted
            if wanted > 0, wanted != line.quantity {
                book[place].lines[index].unitPrice = Self.ratio(line.total, wanted, currency.minorDigits)
            }
        }
    }

    /// A line's total over its units, as far as six decimals go.
    static func ratio(_ minor: Int64, _ units: Int, _ digits: Int) -> Decimal10 {
        let (scaled, over) = minor.multipliedReportingOverflow(by: 1_000_000)
        guard !over, units != 0 else { return Decimal10(units: minor, scale: digits) }
        return Decimal10(units: scaled / Int64(units), scale: digits + 6)
    }

    /// Units must be whole (recording 160).
    func checkLines(_ body: JSON) throws(TwinError) {
        for (position, item) in (body["line_items"].map { Array($0.elements) } ?? []).enumerated() {
            if let quantity = item["quantity"], quantity.integer == nil {
                throw .invalid([.type("line_items", "integer", at: "line_items[\(position)][quantity]")])
            }
        }
    }
}
