// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText

/// WooCommerce's error bodies, which are not all alike.
struct TwinError: Error {
    var status: Int
    var code: String
    var message: String
    /// Nil: `{"status": …}`.
    var data: JSONValue?

    var json: JSONValue {
        ["code": .string(code), "message": .string(message), "data": data ?? ["status": .integer(status)]]
    }

    static func authentication(_ message: String) -> TwinError {
        TwinError(status: 401, code: "woocommerce_rest_authentication_error", message: message)
    }
    /// No key and an unknown key look the same (recordings 001, 002).
    static let cannotView = TwinError(
        status: 401, code: "woocommerce_rest_cannot_view", message: "Sorry, you cannot list resources.")
    static let noRoute = TwinError(
        status: 404, code: "rest_no_route", message: "No route was found matching the URL and request method.")
    static let noProduct = TwinError(status: 404, code: "woocommerce_rest_product_invalid_id", message: "Invalid ID.")
    static let noVariation = TwinError(
        status: 404, code: "woocommerce_rest_product_variation_invalid_id", message: "Invalid ID.")
    static let noOrder = TwinError(status: 404, code: "woocommerce_rest_shop_order_invalid_id", message: "Invalid ID.")
    static let noHook = TwinError(status: 404, code: "woocommerce_rest_shop_webhook_invalid_id", message: "Invalid ID.")
    static let noRefund = TwinError(
        status: 404, code: "woocommerce_rest_shop_order_refund_invalid_id", message: "Invalid ID.")
    static let notAVariationRoute = TwinError(
        status: 404, code: "woocommerce_rest_invalid_product_id",
        message:
            "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint."
    )
    /// HTTP 500 with a bare number (recordings 204, 205, 211).
    static func refund(_ message: String) -> TwinError {
        TwinError(status: 500, code: "woocommerce_rest_cannot_create_order_refund", message: message, data: 500)
    }
    static let refundWithoutOrder = TwinError(
        status: 500, code: "woocommerce_rest_invalid_order_id", message: "Invalid order ID.", data: 404)
    static let tooMany = TwinError(
        status: 413, code: "woocommerce_rest_request_entity_too_large",
        message: "Unable to accept more than 100 items for this request.")
    static let badJSON = TwinError(
        status: 400, code: "rest_invalid_json", message: "Invalid JSON body passed.",
        data: ["status": 400, "json_error_code": 4, "json_error_message": "Syntax error"])

    /// What is wrong with one parameter.
    struct Flaw {
        var name: String
        var code: String
        var message: String
        /// Type errors name the parameter again.
        var at: String?
        static func type(_ name: String, _ type: String, at: String? = nil) -> Flaw {
            Flaw(
                name: name, code: "rest_invalid_type", message: "\(at ?? name) is not of type \(type).", at: at ?? name)
        }
    }

    /// The validation error of one or several parameters, in the order of their names (recordings 026, 028).
    static func invalid(_ flaws: [Flaw]) -> TwinError {
        let sorted = flaws.sorted { $0.name < $1.name }
        var params: JSONValue = [:]
        var details: JSONValue = [:]
        for flaw in sorted {
            params.add(flaw.name, .string(flaw.message))
            let data: JSONValue = flaw.at.map { ["param": .string($0)] } ?? .null
            details.add(flaw.name, ["code": .string(flaw.code), "message": .string(flaw.message), "data": data])
        }
        return TwinError(
            status: 400, code: "rest_invalid_param",
            message: "Invalid parameter(s): " + sorted.map(\.name).joined(separator: ", "),
            data: ["status": 400, "params": params, "details": details])
    }

    static func missing(_ name: String) -> TwinError {
        TwinError(
            status: 400, code: "rest_missing_callback_param", message: "Missing parameter(s): \(name)",
            data: ["status": 400, "params": .array([.string(name)])])
    }

    /// The crash that a quantity of 0 in a new order causes, with server paths in its body (recording 161).
    static let crash = TwinError(
        status: 500, code: "internal_server_error", message: "<p>There has been a critical error on this website.</p>",
        data: [
            "status": 500,
            "error": [
                "type": 1,
                "message": "Uncaught TypeError: remove_item() in /srv/shop/wp-content/plugins/woocommerce/orders.php",
            ],
        ])
}
