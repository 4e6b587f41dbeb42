// SPDX-License-Identifier: Apache-2.0

import JSONText

/// What a field of the twin's shop holds.
indirect enum TwinValue: Sendable {
    case leaf(JSONValue)
    case object(TwinObject)
    case list([TwinObject?])
    case connection(TwinPage)

    static let null = TwinValue.leaf(.null)
    static func text(_ text: String?) -> TwinValue { .leaf(.optional(text)) }
    static func number(_ value: some BinaryInteger) -> TwinValue { .leaf(.integer(value)) }
    static func flag(_ value: Bool) -> TwinValue { .leaf(.bool(value)) }
    static func optional(_ object: TwinObject?) -> TwinValue { object.map(TwinValue.object) ?? .null }
}

/// A page of a connection.
struct TwinPage: Sendable {
    var nodes: [TwinObject]
    var hasNext: Bool
    var hasPrevious = false
    var start: String?
    var end: String?
}

/// A thing in the shop that has fields. Numbers are positions in the twin's own lists: an object is only a way to look
/// something up, so that nothing large is ever copied.
indirect enum TwinObject: Sendable {
    case shop
    case location(Int)
    case variant(Int), product(Int), item(Int), level(Int), quantity(Int)
    case option(name: String, value: String)
    case order(Int)
    case line(order: Int, Int)
    case shippingLine(order: Int)
    case customer(order: Int), emailAddress(String), phoneNumber(String), address(order: Int)
    case money(String)
    case moneyAmount(String)
    case transaction(order: Int, Int)
    case refund(order: Int, Int), refundLine(order: Int, refund: Int, Int), refundShipping(order: Int, refund: Int)
    case fulfillment(order: Int, Int), fulfillmentLine(order: Int, fulfillment: Int, Int), tracking(TwinOrder.Tracking)
    case fulfillmentOrder(Int), assignedLocation, fulfillmentOrderLine(order: Int, Int)
    case job(String, isDone: Bool)
    case subscription(Int)
    case userError(TwinProblem)
    case pageInfo(TwinPage)
    case adjustmentGroup(Int, reason: String, document: String?)
    /// What a mutation hands back.
    case payload(type: String, [(name: String, value: TwinValue)])

    /// The name in the schema, for fragments and `__typename`.
    var typeName: String {
        switch self {
        case .shop: "Shop"
        case .location: "Location"
        case .variant: "ProductVariant"
        case .product: "Product"
        case .item: "InventoryItem"
        case .level: "InventoryLevel"
        case .quantity: "InventoryQuantity"
        case .option: "SelectedOption"
        case .order: "Order"
        case .line: "LineItem"
        case .shippingLine: "ShippingLine"
        case .customer: "Customer"
        case .emailAddress: "CustomerEmailAddress"
        case .phoneNumber: "CustomerPhoneNumber"
        case .address: "MailingAddress"
        case .money: "MoneyBag"
        case .moneyAmount: "MoneyV2"
        case .transaction: "OrderTransaction"
        case .refund: "Refund"
        case .refundLine: "RefundLineItem"
        case .refundShipping: "RefundShippingLine"
        case .fulfillment: "Fulfillment"
        case .fulfillmentLine: "FulfillmentLineItem"
        case .tracking: "FulfillmentTrackingInfo"
        case .fulfillmentOrder: "FulfillmentOrder"
        case .assignedLocation: "FulfillmentOrderAssignedLocation"
        case .fulfillmentOrderLine: "FulfillmentOrderLineItem"
        case .job: "Job"
        case .subscription: "WebhookSubscription"
        case .userError: "UserError"
        case .pageInfo: "PageInfo"
        case .adjustmentGroup: "InventoryAdjustmentGroup"
        case .payload(let type, _): type
        }
    }
}

/// A problem that a mutation tells.
struct TwinProblem: Sendable {
    var code: String?
    var field: [String]?
    var message: String
}
