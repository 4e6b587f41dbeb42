// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    /// The value of a field of the schema. A field that has no meaning for the object is null.
    func value(_ field: String, of object: TwinObject, _ arguments: [String: JSONValue]) -> TwinValue {
        switch object {
        case .variant, .product, .item, .level, .quantity, .option: catalogValue(field, of: object, arguments)
        case .order(let order): orderValue(field, order, arguments)
        case .line, .shippingLine, .customer, .emailAddress, .phoneNumber, .address, .transaction:
            orderPartValue(field, of: object)
        case .refund, .refundLine, .refundShipping: refundValue(field, of: object, arguments)
        case .fulfillment, .fulfillmentLine, .tracking, .fulfillmentOrder, .assignedLocation, .fulfillmentOrderLine:
            fulfillmentValue(field, of: object, arguments)
        case .shop, .location, .money, .moneyAmount, .job, .subscription, .userError, .pageInfo, .adjustmentGroup,
            .payload:
            plainValue(field, of: object)
        }
    }

    private func plainValue(_ field: String, of object: TwinObject) -> TwinValue {
        switch (object, field) {
        case (.shop, "id"): .text(GlobalID.text(.shop, "548380009"))
        case (.shop, "name"): .text(name)
        case (.shop, "currencyCode"): .text(currency.code)
        case (.shop, "myshopifyDomain"): .text(domain)
        case (.location(let position), "id"): .text(Self.locationID(position))
        case (.location(let position), "name"): .text(Self.locations[position])
        case (.location, "isActive"): .flag(true)
        case (.money(let amount), "shopMoney"), (.money(let amount), "presentmentMoney"): .object(.moneyAmount(amount))
        case (.moneyAmount(let amount), "amount"): .text(amount)
        case (.moneyAmount, "currencyCode"): .text(currency.code)
        case (.job(let id, _), "id"): .text(GlobalID.text(.job, id))
        case (.job(_, let isDone), "done"): .flag(isDone)
        case (.userError(let problem), "code"): .text(problem.code)
        case (.userError(let problem), "field"): .leaf(problem.field.map { .array($0.map(JSONValue.string)) } ?? .null)
        case (.userError(let problem), "message"): .text(problem.message)
        case (.pageInfo(let page), "hasNextPage"): .flag(page.hasNext)
        case (.pageInfo(let page), "hasPreviousPage"): .flag(page.hasPrevious)
        case (.pageInfo(let page), "startCursor"): .text(page.start)
        case (.pageInfo(let page), "endCursor"): .text(page.end)
        case (.adjustmentGroup(let number, _, _), "id"):
            .text(GlobalID.text(.adjustmentGroup, String(54_640_000_000 + number)))
        case (.adjustmentGroup(_, let reason, _), "reason"): .text(reason)
        case (.adjustmentGroup(_, _, let document), "referenceDocumentUri"): .text(document)
        case (.subscription(let position), _): subscriptionValue(field, position)
        case (.payload(_, let members), _): members.first { $0.name == field }?.value ?? .null
        default: .null
        }
    }

    private func subscriptionValue(_ field: String, _ position: Int) -> TwinValue {
        guard position < hooks.subscriptions.count else { return .null }
        let subscription = hooks.subscriptions[position]
        switch field {
        case "id": return .text(GlobalID.text(.webhook, String(subscription.id)))
        case "topic": return .text(subscription.topic)
        case "uri": return .text(subscription.uri)
        case "format": return .text("JSON")
        case "createdAt": return .text(subscription.createdAt.iso)
        default: return .null
        }
    }

    static func locationID(_ position: Int) -> String {
        GlobalID.text(.location, String(FirstID.location + Int64(position)))
    }

    func bag(_ minor: Int64) -> TwinValue { .object(.money(amount(minor))) }

    // MARK: Catalogue

    private func catalogValue(_ field: String, of object: TwinObject, _ arguments: [String: JSONValue]) -> TwinValue {
        switch object {
        case .variant(let article): variantValue(field, article)
        case .product(let product):
            switch field {
            case "id": .text(GlobalID.text(.product, String(FirstID.product + Int64(product))))
            case "title": .text(products[product].title)
            case "status": .text("ACTIVE")
            case "productType": .text("")
            default: .null
            }
        case .item(let article): itemValue(field, article, arguments)
        case .level(let article):
            switch field {
            case "id":
                .text(
                    GlobalID.text(.inventoryLevel, "\(FirstID.location)?inventory_item_id=\(FirstID.item + Int64(article))"))
            case "isActive": .flag(true)
            case "updatedAt": .text(articles[article].countedAt.iso)
            case "quantities": .list(Self.texts(arguments["names"]).contains("available") ? [.quantity(article)] : [])
            default: .null
            }
        case .quantity(let article):
            switch field {
            case "id": .text("gid://shopify/InventoryQuantity/\(FirstID.item + Int64(article))?name=available")
            case "name": .text("available")
            case "quantity": .number(articles[article].available)
            case "updatedAt": .text(articles[article].countedAt.iso)
            default: .null
            }
        case .option(let name, let value): .text(field == "name" ? name : value)
        default: .null
        }
    }

    private func variantValue(_ field: String, _ article: Int) -> TwinValue {
        let seed = articles[article].seed
        switch field {
        case "id": return .text(GlobalID.text(.variant, String(FirstID.variant + Int64(article))))
        case "sku": return .text(seed.sku)
        case "barcode": return .text(seed.gtin)
        case "title":
            return .text(seed.options.isEmpty ? "Default Title" : seed.options.map(\.value).joined(separator: " / "))
        case "price": return .text(seed.price)
        case "updatedAt": return .text(articles[article].changedAt.iso)
        case "inventoryQuantity": return .number(articles[article].available)
        case "selectedOptions":
            let options = seed.options.isEmpty ? [.init(name: "Title", value: "Default Title")] : seed.options
            return .list(options.map { .option(name: $0.name, value: $0.value) })
        case "product": return .object(.product(articles[article].product))
        case "inventoryItem": return .object(.item(article))
        default: return .null
        }
    }

    private func itemValue(_ field: String, _ article: Int, _ arguments: [String: JSONValue]) -> TwinValue {
        switch field {
        case "id": return .text(GlobalID.text(.inventoryItem, String(FirstID.item + Int64(article))))
        case "sku": return .text(articles[article].seed.sku)
        case "tracked": return .flag(true)
        case "inventoryLevel":
            return Self.text(arguments["locationId"]) == Self.locationID(Self.mainLocation)
                ? .object(.level(article)) : .null
        default: return .null
        }
    }

    // MARK: Arguments

    static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text)?: text
        case .number(let digits)?: digits
        default: nil
        }
    }

    static func texts(_ value: JSONValue?) -> [String] {
        guard case .array(let elements)? = value else { return [] }
        return elements.compactMap { text($0) }
    }

    static func number(_ value: JSONValue?) -> Int? {
        guard case .number(let digits)? = value else { return nil }
        return Int(digits)
    }

    static func flag(_ value: JSONValue?) -> Bool? {
        guard case .bool(let flag)? = value else { return nil }
        return flag
    }

    static func member(_ name: String, of value: JSONValue?) -> JSONValue? {
        guard case .object(let members)? = value else { return nil }
        return members.first { $0.name == name }?.value
    }
}
