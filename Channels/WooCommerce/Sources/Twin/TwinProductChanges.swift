// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    /// A PUT of a product or a variation. It moves `date_modified` and fires even when nothing changes (recordings 292, 293).
    mutating func change(_ place: Int, _ body: JSON, isChecked: Bool, at now: Instant) throws(TwinError) {
        if isChecked { try check(body, isVariation: stock[place].kind == .variation) }
        if let sku = body["sku"]?.string, let holder = stock.place(sku: sku), holder != place {
            throw duplicate(sku, holder)
        }
        if let name = body["name"]?.string { stock[place].name = name }
        if let price = body["regular_price"]?.text { stock[place].price = Self.price(price) }
        if let status = body["status"]?.string { stock[place].status = status }
        if let manages = Self.bool(body["manage_stock"]) {
            stock[place].manages = manages
            if !manages { stock[place].quantity = 0 }
        }
        changeQuantity(place, body, at: now)
        stock[place].modified = now
        fire("product.updated", stock[place].id, at: now)
    }

    /// `stock_quantity` counts only while stock is managed (072); null is 0 (334); beside it `inventory_delta` is ignored (338).
    private mutating func changeQuantity(_ place: Int, _ body: JSON, at now: Instant) {
        guard stock[place].manages else { return }
        if let quantity = body["stock_quantity"] {
            // PHP makes a number of anything: of "x" 0, of 2.5 2 (recordings 084, 336).
            let units = quantity.integer ?? quantity.text.flatMap { Decimal10($0) }.map { Int(Self.whole($0)) } ?? 0
            stock[place].quantity = TwinStock.bounded(units)
            return
        }
        guard let delta = body["inventory_delta"]?.integer else { return }
        // Read, add, write without a lock: of two calls in the same instant both read the same count, and one is lost.
        var base = stock[place].quantity
        if let read = stock[place].deltaRead, read.at == now, read.call != desk.call { base = read.quantity }
        stock[place].deltaRead = .init(at: now, call: desk.call, quantity: base)
        stock[place].quantity = TwinStock.sum(base, delta)
    }

    private static func whole(_ number: Decimal10) -> Int64 {
        guard number.scale > 0 else { return number.scaled(to: 0) ?? 0 }
        return number.scale > 18 ? 0 : number.units / (0..<number.scale).reduce(Int64(1)) { value, _ in value * 10 }
    }

    /// Text that is no number becomes no price; thousands commas go (recordings 051, 052).
    private static func price(_ text: String) -> String {
        let bare = String(text.filter { $0 != "," })
        return Decimal10(bare) == nil ? "" : bare
    }

    static func bool(_ json: JSON?) -> Bool? {
        if let bool = json?.bool { return bool }
        switch json?.text {
        case "1", "true", "yes": return true
        case "0", "false", "no", "parent": return false
        default: return nil
        }
    }

    /// What a single call checks (recordings 028, 049, 062, 335).
    private func check(_ body: JSON, isVariation: Bool) throws(TwinError) {
        var flaws: [TwinError.Flaw] = []
        for name in ["regular_price", "sale_price", "name", "sku", "global_unique_id"] {
            if let value = body[dynamic: name], value.kind != .string { flaws.append(.type(name, "string")) }
        }
        if let value = body["stock_quantity"], !value.isNull, value.integer == nil {
            flaws.append(.type("stock_quantity", "integer"))
        }
        if let value = body["manage_stock"], Self.bool(value) == nil || !isVariation && value.string == "parent" {
            flaws.append(.type("manage_stock", "boolean"))
        }
        guard flaws.isEmpty else { throw .invalid(flaws) }
    }

    private func duplicate(_ sku: String, _ holder: Int) -> TwinError {
        // A SKU that lies in the trash is refused in other words (recording 114).
        guard stock[holder].status != "trash" else {
            return TwinError(
                status: 400, code: "woocommerce_rest_product_not_created",
                message: "The product with SKU (\(sku)) you are trying to insert is already present in the lookup table"
            )
        }
        return TwinError(
            status: 400, code: "product_invalid_sku", message: "Invalid or duplicated SKU.",
            data: ["status": 400, "resource_id": .integer(stock[holder].id), "unique_sku": .string(sku + "-1")])
    }

    /// An empty body makes a published product called "Product" (recording 055).
    mutating func createProduct(_ body: JSON, at now: Instant) throws(TwinError) -> TwinReply {
        try check(body, isVariation: false)
        let sku = body["sku"]?.string ?? ""
        if !sku.isEmpty, let holder = stock.place(sku: sku) { throw duplicate(sku, holder) }
        let manages = Self.bool(body["manage_stock"]) ?? false
        var product = TwinProduct(
            id: ids.nextPost(), kind: .simple, name: body["name"]?.string ?? "Product", sku: sku,
            gtin: body["global_unique_id"]?.string ?? "",
            price: Self.price(body["regular_price"]?.string ?? ""), manages: manages,
            quantity: manages ? TwinStock.bounded(body["stock_quantity"]?.integer ?? 0) : 0,
            created: now, modified: now)
        product.status = body["status"]?.string ?? "publish"
        let place = stock.add(product)
        fire("product.created", product.id, at: now)
        return TwinReply(
            201, productJSON(place, isEdit: true),
            headers: [("Location", home + "/wp-json/wc/v3/products/\(product.id)")])
    }
}
