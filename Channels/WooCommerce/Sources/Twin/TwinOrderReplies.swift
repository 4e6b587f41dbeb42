// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    mutating func orderReply(_ path: [String], _ call: TwinCall, at now: Instant) throws(TwinError) -> TwinReply {
        if path.count == 1 {
            if call.isReading { return try listOrders(call) }
            guard call.method == .post else { throw .noRoute }
            return try createOrder(try call.body(), at: now)
        }
        guard let id = Int(path[1]) else { throw .noRoute }
        guard let place = book.byID[id] else { throw .noOrder }
        switch call.method {
        case .get, .head: return TwinReply(200, orderJSON(book[place]))
        case .put, .post, .patch:
            try changeOrder(place, try call.body(), at: now)
            return TwinReply(200, orderJSON(book[place]))
        case .delete: return deleteOrder(place, isForced: call.flag("force"), at: now)
        }
    }

    static let statuses = [
        "auto-draft", "pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
        "checkout-draft",
    ]

    private func listOrders(_ call: TwinCall) throws(TwinError) -> TwinReply {
        let wanted = (call.query("status") ?? "any").split(separator: ",").map { String($0) }
        let known = ["any", "trash"] + Self.statuses
        var flaws: [TwinError.Flaw] = []
        for (position, status) in wanted.enumerated() where !known.contains(status) {
            let names = known.dropLast().joined(separator: ", ") + ", and " + (known.last ?? "")
            flaws.append(
                .init(name: "status", code: "rest_not_in_enum", message: "status[\(position)] is not one of \(names)."))
        }
        guard flaws.isEmpty else { throw .invalid(flaws) }
        let list = try TwinListing(
            call, minutesEast: minutesEast, orderBy: ["date", "id", "include", "title", "slug", "modified"])
        if wanted == ["any"], list.include == nil, list.orderBy == "modified" {
            let window = book.changes(after: list.after, before: list.before)
            let range = list.range(of: window.count)
            let rows = range.map { offset -> Int in
                let position = list.isAscending ? window.startIndex + offset : window.endIndex - 1 - offset
                return window[position].id
            }
            return ordersPage(rows.compactMap { book.byID[$0] }, list, call, total: window.count)
        }
        var places = list.include.map { $0.compactMap { book.byID[$0] } } ?? Array(book.orders.indices)
        places = places.filter { place in
            let order = book[place]
            let isWanted = wanted == ["any"] ? TwinOrderBook.isListed(order.status) : wanted.contains(order.status)
            return isWanted && order.status != "gone" && list.isInside(order.modified.seconds)
        }
        if list.orderBy == "modified" {
            places.sort { (book[$0].modified.seconds, $0) < (book[$1].modified.seconds, $1) }
        }
        if !list.isAscending { places.reverse() }
        return ordersPage(Array(places[list.range(of: places.count)]), list, call, total: places.count)
    }

    private func ordersPage(_ places: [Int], _ list: TwinListing, _ call: TwinCall, total: Int) -> TwinReply {
        TwinReply(200, .array(places.map { orderJSON(book[$0]) }), headers: list.headers(call, total: total))
    }

    /// Trash and deleting for ever give nothing back to the shelf (recordings 253 to 259); only trash is told to webhooks.
    private mutating func deleteOrder(_ place: Int, isForced: Bool, at now: Instant) -> TwinReply {
        let json = orderJSON(book[place])
        if isForced {
            book.remove(place)
        } else if book[place].status != "trash" {
            let from = book[place].status
            book.trash(place)
            book[place].metas.append(
                .init(id: ids.nextMeta(), key: "_wp_trash_meta_status", value: .string("wc-" + from)))
            book[place].metas.append(
                .init(id: ids.nextMeta(), key: "_wp_trash_meta_time", value: .string(String(now.seconds))))
            fire("order.deleted", book[place].id, at: now)
        }
        return TwinReply(200, json)
    }

    /// Notes and refunds of an order.
    mutating func orderPartReply(_ path: [String], _ call: TwinCall, at now: Instant) throws(TwinError) -> TwinReply {
        guard let id = Int(path[1]) else { throw .noRoute }
        switch (path[2], path.count) {
        case ("notes", 3):
            guard let place = book.byID[id] else { throw .noOrder }
            return try notesReply(place, call, at: now)
        case ("refunds", 3):
            if call.isReading {
                guard let place = book.byID[id] else { throw .noOrder }
                return try listRefunds(place, call)
            }
            guard call.method == .post else { throw .noRoute }
            guard let place = book.byID[id] else { throw .refundWithoutOrder }
            return try createRefund(place, try call.body(), at: now)
        case ("refunds", 4):
            guard let place = book.byID[id] else { throw .noOrder }
            guard let refundID = Int(path[3]), let index = book[place].refunds.firstIndex(where: { $0.id == refundID })
            else { throw .noRefund }
            let json = refundJSON(book[place].refunds[index], of: book[place])
            // Deleting needs no force and leaves stock as it is (recordings 218 to 220).
            if call.method == .delete {
                book[place].refunds.remove(at: index)
            } else if !call.isReading {
                throw .noRoute
            }
            return TwinReply(200, json)
        default: throw .noRoute
        }
    }

    /// A note fires no webhook (recording 286).
    private mutating func notesReply(_ place: Int, _ call: TwinCall, at now: Instant) throws(TwinError) -> TwinReply {
        let order = book[place]
        if call.isReading {
            let type = call.query("type") ?? "any"
            let notes = order.notes.reversed().filter { type == "any" || (type == "customer") == $0.forCustomer }
            return TwinReply(200, .array(notes.map { noteJSON($0, of: order) }))
        }
        guard call.method == .post else { throw .noRoute }
        let body = try call.body()
        guard let text = body["note"]?.string else { throw .missing("note") }
        let note = TwinOrder.Note(
            id: ids.nextComment(), at: now, text: text, forCustomer: Self.bool(body["customer_note"]) ?? false)
        book[place].notes.append(note)
        return TwinReply(
            201, noteJSON(note, of: order),
            headers: [("Location", home + "/wp-json/wc/v3/orders/\(order.id)/notes/\(note.id)")])
    }

    private func noteJSON(_ note: TwinOrder.Note, of order: TwinOrder) -> JSONValue {
        var json: JSONValue = [
            "id": .integer(note.id), "author": "WooCommerce", "date_created": local(note.at),
            "date_created_gmt": gmt(note.at),
        ]
        json.add("note", .string(note.text))
        json.add("customer_note", .bool(note.forCustomer))
        let path = "orders/\(order.id)/notes"
        json.add("_links", links("\(path)/\(note.id)", in: path, up: "orders/\(order.id)", allow: ["GET", "DELETE"]))
        return json
    }
}
