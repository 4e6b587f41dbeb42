// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    /// The product resource, as `products` and webhooks show it; a variation looks like a product here (recording w0157).
    func productJSON(_ place: Int, isEdit: Bool) -> JSONValue {
        let product = stock[place]
        let slug = Self.slug(product.name)
        let isVariation = product.kind == .variation
        var json: JSONValue = ["id": .integer(product.id), "name": .string(title(place)), "slug": .string(slug)]
        json.add("permalink", .string("\(home)/product/\(slug)/"))
        addDates(&json, product)
        json.add("type", .string(product.kind.rawValue))
        json.add("status", .string(product.status))
        json.add("featured", false)
        json.add("catalog_visibility", "visible")
        json.add("description", "")
        json.add("short_description", "")
        json.add("sku", .string(product.sku))
        addPrices(&json, product)
        json.add("purchasable", .bool(!product.price.isEmpty))
        json.add("total_sales", isVariation ? .string(String(product.sold)) : .integer(product.sold))
        addDownloads(&json)
        json.add("external_url", "")
        json.add("button_text", "")
        json.add("tax_status", "taxable")
        json.add("tax_class", "")
        addStock(&json, place)
        json.add("sold_individually", false)
        addShape(&json)
        json.add("shipping_required", true)
        json.add("shipping_taxable", true)
        json.add("shipping_class", "")
        json.add("shipping_class_id", 0)
        addCatalogue(&json, place)
        json.add("stock_status", .string(stockStatus(place)))
        json.add("has_options", .bool(!product.children.isEmpty))
        json.add("post_password", "")
        json.add("global_unique_id", .string(product.gtin))
        if isEdit {
            json.add("permalink_template", .string("\(home)/product/%pagename%/"))
            json.add("generated_slug", .string(slug))
        }
        let up = product.parent.map { "products/\(stock[$0].id)" }
        json.add("_links", links("products/\(product.id)", in: "products", up: up))
        return json
    }

    /// The variation resource, as `products/{id}/variations` shows it.
    func variationJSON(_ place: Int) -> JSONValue {
        let product = stock[place]
        let parentID = product.parent.map { stock[$0].id } ?? 0
        var json: JSONValue = ["id": .integer(product.id), "type": "variation"]
        addDates(&json, product)
        json.add("description", "")
        json.add("permalink", .string("\(home)/product/\(Self.slug(product.name))/"))
        json.add("sku", .string(product.sku))
        json.add("global_unique_id", .string(product.gtin))
        addPrices(&json, product)
        json.add("status", .string(product.status))
        json.add("purchasable", .bool(!product.price.isEmpty))
        addDownloads(&json)
        json.add("tax_status", "taxable")
        json.add("tax_class", "parent")
        addStock(&json, place)
        json.add("stock_status", .string(stockStatus(place)))
        addShape(&json)
        json.add("shipping_class", "")
        json.add("shipping_class_id", 0)
        json.add("image", .null)
        json.add("gallery_image_ids", [])
        json.add("attributes", attributes(product))
        json.add("menu_order", 0)
        json.add("meta_data", [])
        json.add("name", .string(product.options.map(\.value).joined(separator: ", ")))
        json.add("parent_id", .integer(parentID))
        json.add(
            "_links",
            links(
                "products/\(parentID)/variations/\(product.id)", in: "products/\(parentID)/variations",
                up: "products/\(parentID)"))
        return json
    }

    /// "Tee - S, Black" for a variation.
    func title(_ place: Int) -> String {
        let product = stock[place]
        guard let parent = product.parent, !product.options.isEmpty else { return product.name }
        return stock[parent].name + " - " + product.options.map(\.value).joined(separator: ", ")
    }

    private func addDates(_ json: inout JSONValue, _ product: TwinProduct) {
        json.add("date_created", local(product.created))
        json.add("date_created_gmt", gmt(product.created))
        json.add("date_modified", local(product.modified))
        json.add("date_modified_gmt", gmt(product.modified))
    }

    private func addPrices(_ json: inout JSONValue, _ product: TwinProduct) {
        json.add("price", .string(product.price))
        json.add("regular_price", .string(product.kind == .variable ? "" : product.price))
        json.add("sale_price", "")
        for name in ["date_on_sale_from", "date_on_sale_from_gmt", "date_on_sale_to", "date_on_sale_to_gmt"] {
            json.add(name, .null)
        }
        json.add("on_sale", false)
    }

    private func addDownloads(_ json: inout JSONValue) {
        json.add("virtual", false)
        json.add("downloadable", false)
        json.add("downloads", [])
        json.add("download_limit", -1)
        json.add("download_expiry", -1)
    }

    private func addStock(_ json: inout JSONValue, _ place: Int) {
        let holder = stock.holder(of: place)
        // A variation without a count of its own shows its parent's (recording 087).
        json.add("manage_stock", holder == nil ? false : holder == place ? true : "parent")
        json.add("stock_quantity", holder.map { .integer(stock[$0].quantity) } ?? .null)
        json.add("backorders", "no")
        json.add("backorders_allowed", false)
        json.add("backordered", false)
        json.add("low_stock_amount", .null)
    }

    private func stockStatus(_ place: Int) -> String {
        guard let holder = stock.holder(of: place) else { return "instock" }
        return stock[holder].quantity > 0 ? "instock" : "outofstock"
    }

    private func addShape(_ json: inout JSONValue) {
        json.add("weight", "")
        json.add("dimensions", ["length": "", "width": "", "height": ""])
    }

    private func addCatalogue(_ json: inout JSONValue, _ place: Int) {
        let product = stock[place]
        json.add("reviews_allowed", true)
        json.add("average_rating", "0.00")
        json.add("rating_count", 0)
        json.add("upsell_ids", [])
        json.add("cross_sell_ids", [])
        json.add("parent_id", .integer(product.parent.map { stock[$0].id } ?? 0))
        json.add("purchase_note", "")
        json.add("categories", [["id": 15, "name": "Uncategorized", "slug": "uncategorized"]])
        json.add("brands", [])
        json.add("tags", [])
        json.add("images", [])
        json.add("attributes", product.kind == .variable ? variableAttributes(product) : attributes(product))
        json.add("default_attributes", [])
        json.add("variations", .array(product.children.map { .integer(stock[$0].id) }))
        json.add("grouped_products", [])
        json.add("menu_order", 0)
        json.add(
            "price_html",
            .string(
                product.price.isEmpty ? "" : "<span class=\"woocommerce-Price-amount amount\">\(product.price)</span>"))
        json.add("related_ids", [])
        json.add("meta_data", [])
    }

    private func attributes(_ product: TwinProduct) -> JSONValue {
        .array(
            product.options.map {
                ["id": 0, "name": .string($0.name), "slug": .string(Self.slug($0.name)), "option": .string($0.value)]
            })
    }

    /// The options of a variable product with all values its variations have.
    private func variableAttributes(_ product: TwinProduct) -> JSONValue {
        var names: [String] = []
        var values: [String: [String]] = [:]
        for option in product.children.flatMap({ stock[$0].options }) {
            if values[option.name] == nil { names.append(option.name) }
            if !(values[option.name] ?? []).contains(option.value) {
                values[option.name, default: []].append(option.value)
            }
        }
        let rows = names.enumerated().map { position, name -> JSONValue in
            var row: JSONValue = [
                "id": 0, "name": .string(name), "slug": .string(name), "position": .integer(position), "visible": true,
            ]
            row.add("variation", true)
            row.add("options", .array((values[name] ?? []).map { .string($0) }))
            return row
        }
        return .array(rows)
    }

    static func slug(_ name: String) -> String {
        let raised = name.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
        let words = raised.split { !($0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39) }
        return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    }
}
