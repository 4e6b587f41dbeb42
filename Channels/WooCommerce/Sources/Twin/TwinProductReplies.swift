// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    mutating func productReply(_ path: [String], _ call: TwinCall, at now: Instant) throws(TwinError) -> TwinReply {
        if path.count == 1 {
            if call.isReading { return try listProducts(call) }
            guard call.method == .post else { throw .noRoute }
            return try createProduct(try call.body(), at: now)
        }
        guard path.count == 2 else { throw .noRoute }
        if path[1] == "batch" {
            guard call.isWriting else { throw .noRoute }
            return try batch(try call.body(), parent: nil, at: now)
        }
        guard let id = Int(path[1]) else { throw .noRoute }
        guard let place = stock.byID[id] else { throw .noProduct }
        switch call.method {
        // A variation can be read here but not written (recordings 081, 088).
        case .get, .head: return TwinReply(200, productJSON(place, isEdit: false))
        case .put, .post, .patch:
            guard stock[place].kind != .variation else { throw .notAVariationRoute }
            try change(place, try call.body(), isChecked: true, at: now)
            return TwinReply(200, productJSON(place, isEdit: true))
        case .delete: return try deleteProduct(place, isForced: call.flag("force"))
        }
    }

    mutating func variationReply(_ path: [String], _ call: TwinCall, at now: Instant) throws(TwinError) -> TwinReply {
        guard let parentID = Int(path[1]) else { throw .noRoute }
        let parent = stock.byID[parentID]
        if path.count == 3 {
            guard call.isReading else { throw .noRoute }
            guard let parent else { throw .noProduct }
            return try listVariations(of: parent, call)
        }
        if path.count == 4, path[3] == "batch" {
            guard call.isWriting else { throw .noRoute }
            return try batch(try call.body(), parent: parent ?? -1, at: now)
        }
        guard path.count == 4, let id = Int(path[3]) else { throw .noRoute }
        guard let parent, let place = stock.byID[id], stock[place].parent == parent else { throw .noVariation }
        switch call.method {
        case .get, .head: break
        case .put, .post, .patch: try change(place, try call.body(), isChecked: true, at: now)
        case .delete:
            let json = variationJSON(place)
            stock.remove(place)
            return TwinReply(200, json)
        }
        return TwinReply(200, variationJSON(place))
    }

    // MARK: Lists

    private func listProducts(_ call: TwinCall) throws(TwinError) -> TwinReply {
        let list = try TwinListing(
            call, minutesEast: minutesEast,
            orderBy: [
                "date", "id", "include", "title", "slug", "modified", "popularity", "rating", "price", "menu_order",
            ])
        let status = call.query("status") ?? "any"
        guard ["any", "future", "trash", "draft", "pending", "private", "publish"].contains(status) else {
            throw .invalid([
                .init(
                    name: "status", code: "rest_not_in_enum",
                    message: "status is not one of any, future, trash, draft, pending, private, and publish.")
            ])
        }
        var places: [Int]
        if let sku = call.query("sku") {
            // By SKU, variations are found as well (recording 103).
            places = sku.split(separator: ",").compactMap { stock.place(sku: String($0)) }
        } else if let include = list.include {
            places = include.compactMap { stock.byID[$0] }.filter { stock[$0].kind != .variation }
        } else {
            places = stock.listed
        }
        return page(of: select(places, status, list), list, call) { productJSON($0, isEdit: false) }
    }

    func listVariations(of parent: Int?, _ call: TwinCall) throws(TwinError) -> TwinReply {
        let list = try TwinListing(
            call, minutesEast: minutesEast,
            orderBy: ["date", "id", "include", "title", "slug", "modified", "menu_order"])
        var places = parent.map { stock[$0].children } ?? stock.variations
        if let include = list.include {
            places = include.compactMap { stock.byID[$0] }.filter {
                stock[$0].kind == .variation && (parent == nil || stock[$0].parent == parent)
            }
        }
        return page(of: select(places, call.query("status") ?? "any", list), list, call) { variationJSON($0) }
    }

    private func select(_ places: [Int], _ status: String, _ list: TwinListing) -> [Int] {
        let needsLook = status != "any" || list.after != nil || list.before != nil || stock.hasTrash
        var found = places
        if needsLook {
            found = places.filter { place in
                let product = stock[place]
                return (status == "any" ? product.status != "trash" : product.status == status)
                    && list.isInside(product.modified.seconds)
            }
        }
        if list.orderBy == "modified" {
            found.sort { (stock[$0].modified.seconds, $0) < (stock[$1].modified.seconds, $1) }
        }
        if list.orderBy == "include" { return found }
        return list.isAscending ? found : found.reversed()
    }

    private func page(of places: [Int], _ list: TwinListing, _ call: TwinCall, _ json: (Int) -> JSONValue) -> TwinReply {
        let rows = places[list.range(of: places.count)].map(json)
        return TwinReply(200, .array(rows), headers: list.headers(call, total: places.count))
    }

    // MARK: Batches

    /// 200 even if every item fails; each failed item carries its own error (recordings 084, 092, 096, 097, 099).
    private mutating func batch(_ body: JSON, parent: Int?, at now: Instant) throws(TwinError) -> TwinReply {
        let updates = Self.items(body["update"])
        let creates = Self.items(body["create"])
        guard updates.count + creates.count + Self.items(body["delete"]).count <= 100 else { throw .tooMany }
        var answer: JSONValue = [:]
        if body["create"] != nil, parent == nil {
            var results: [JSONValue] = []
            for item in creates {
                do throws(TwinError) { results.append(try createProduct(item, at: now).json) } catch {
                    results.append(["id": 0, "error": error.json])
                }
            }
            answer.add("create", .array(results))
        }
        if body["update"] != nil {
            var results: [JSONValue] = []
            for item in updates { results.append(updated(item, parent: parent, at: now)) }
            answer.add("update", .array(results))
        }
        if case .object(let members) = answer, members.isEmpty { return TwinReply(200, .array([])) }
        return TwinReply(200, answer)
    }

    /// PHP walks over a map as over a list.
    private static func items(_ json: JSON?) -> [JSON] {
        guard let json else { return [] }
        return json.kind == .object ? json.members.map(\.value) : Array(json.elements)
    }

    private mutating func updated(_ item: JSON, parent: Int?, at now: Instant) -> JSONValue {
        var unknown = parent == nil ? TwinError.noProduct : TwinError.noVariation
        if parent == nil { unknown.status = 400 }
        guard let id = item["id"]?.integer else { return ["id": .null, "error": unknown.json] }
        guard let place = stock.byID[id], parent == nil || stock[place].parent == parent else {
            return ["id": .integer(id), "error": unknown.json]
        }
        if parent == nil, stock[place].kind == .variation {
            return ["id": .integer(id), "error": TwinError.notAVariationRoute.json]
        }
        // Items of a batch are not checked as single calls are.
        try? change(place, item, isChecked: false, at: now)
        return parent == nil ? productJSON(place, isEdit: true) : variationJSON(place)
    }

    // MARK: Deleting

    /// Trash fires `product.deleted`; deleting for ever says nothing (recordings 297, 298, 353).
    private mutating func deleteProduct(_ place: Int, isForced: Bool) throws(TwinError) -> TwinReply {
        if !isForced, stock[place].status == "trash" {
            throw TwinError(
                status: 410, code: "woocommerce_rest_already_trashed", message: "The product has already been deleted.")
        }
        let json = productJSON(place, isEdit: true)
        if isForced {
            stock.remove(place)
        } else {
            stock[place].status = "trash"
            stock.hasTrash = true
            fire("product.deleted", stock[place].id, at: desk.now)
        }
        return TwinReply(200, json)
    }
}
