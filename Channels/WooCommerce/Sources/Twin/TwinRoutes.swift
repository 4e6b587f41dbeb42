// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension WooCommerceTwin {
    /// Answers a call to `wp-json`, as the shop would at that moment.
    public mutating func respond(to request: HTTPRequest, at now: Instant) -> HTTPResponse {
        if let seconds = desk.admit(hostLimit, at: now) {
            return Self.page(429, "Too Many Requests", retryAfter: Int(clamping: seconds))
        }
        if let maintenanceSeconds {
            return Self.page(503, "Briefly unavailable for scheduled maintenance.", retryAfter: maintenanceSeconds)
        }
        guard let call = TwinCall(request) else { return Self.page(404, "Page not found", retryAfter: nil) }
        home = call.home
        lapseHolds(at: now)
        var reply: TwinReply
        do throws(TwinError) { reply = try answer(call, at: now) } catch { reply = TwinReply(error.status, error.json) }
        if let fields = call.query("_fields"), reply.status < 300 { reply.keep(fields) }
        var response = HTTPResponse(
            reply.status, headers: Self.headers, body: call.method == .head ? [] : reply.json.bytes)
        for (name, value) in reply.headers { response.headers.add(name, value) }
        return response
    }

    /// HTML from the host or the theme, not from WooCommerce.
    private static func page(_ status: Int, _ text: String, retryAfter: Int?) -> HTTPResponse {
        var headers: HTTPHeaders = ["Content-Type": "text/html; charset=UTF-8"]
        if let retryAfter { headers["Retry-After"] = String(retryAfter) }
        return HTTPResponse(
            status, headers: headers, body: Array("<!DOCTYPE html><html><body><h1>\(text)</h1></body></html>".utf8))
    }

    private static let headers: HTTPHeaders = [
        "Content-Type": "application/json; charset=UTF-8", "X-Robots-Tag": "noindex",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
        "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
    ]

    private mutating func answer(_ call: TwinCall, at now: Instant) throws(TwinError) -> TwinReply {
        if call.path.isEmpty { return TwinReply(200, siteIndex()) }
        guard call.path.starts(with: ["wc", "v3"]) else { throw .noRoute }
        let visitor = desk.visitor(call, keys, mayWrite: keyMayWrite, at: now)
        if case .refused(let error) = visitor { throw error }
        let path = Array(call.path.dropFirst(2))
        guard Self.routes.contains(path.first ?? "") else { throw .noRoute }
        guard case .owner = visitor else { throw .cannotView }
        switch path[0] {
        case "settings" where path.count == 3: return try settingReply(path, call)
        case "products" where path.count > 2 && path[2] == "variations": return try variationReply(path, call, at: now)
        case "products": return try productReply(path, call, at: now)
        case "variations" where path.count == 1 && call.isReading: return try listVariations(of: nil, call)
        case "orders" where path.count > 2: return try orderPartReply(path, call, at: now)
        case "orders": return try orderReply(path, call, at: now)
        case "webhooks": return try hookReply(path, call, at: now)
        default: throw .noRoute
        }
    }

    private static let routes: Set<String> = ["settings", "products", "variations", "orders", "webhooks"]

    private func siteIndex() -> JSONValue {
        [
            "name": .string(shopName), "description": "", "url": .string(home), "home": .string(home),
            "gmt_offset": .number(offsetText),
            "timezone_string": "", "namespaces": ["wp/v2", "wc/v3", "wc/store/v1"],
        ]
    }

    private var offsetText: String { Decimal10(units: Int64(minutesEast) * 100 / 60, scale: 2).description }

    private func settingReply(_ path: [String], _ call: TwinCall) throws(TwinError) -> TwinReply {
        guard call.isReading else { throw .noRoute }
        guard path[1] == "general", path[2] == "woocommerce_currency" else {
            throw TwinError(status: 404, code: "rest_setting_setting_invalid", message: "Invalid setting.")
        }
        var json: JSONValue = ["id": "woocommerce_currency", "label": "Currency", "type": "select", "default": "USD"]
        json.add("options", ["EUR": "Euro", "GBP": "Pound sterling", "USD": "United States (US) dollar"])
        json.add(
            "tip",
            "This controls what currency prices are listed at in the catalog and which currency gateways will take payments in."
        )
        json.add("value", .string(currency.code))
        json.add("group_id", "general")
        json.add(
            "_links",
            links(
                "settings/general/woocommerce_currency", in: "settings/general", allow: ["GET", "POST", "PUT", "PATCH"])
        )
        return TwinReply(200, json)
    }
}

extension TwinCall {
    var isReading: Bool { method == .get || method == .head }
    var isWriting: Bool { method == .post || method == .put || method == .patch }

    /// The body as an object; nothing sent is an empty one.
    func body() throws(TwinError) -> JSON {
        let bytes = request.body.isEmpty ? Array("{}".utf8) : request.body
        do throws(JSONError) { return try JSON.parse(bytes) } catch { throw .badJSON }
    }
}

/// An answer before it becomes bytes.
struct TwinReply {
    var status: Int
    var json: JSONValue
    var headers: [(String, String)]

    init(_ status: Int, _ json: JSONValue, headers: [(String, String)] = []) {
        self.status = status
        self.json = json
        self.headers = headers
    }

    /// `_fields`: only these members. Rows of a list lose their links with the rest, a single object keeps them (recordings 107, 369).
    mutating func keep(_ fields: String) {
        let names = Set(fields.split(separator: ",").map { $0.trimmed })
        switch json {
        case .array(let rows): json = .array(rows.map { Self.kept($0, names) })
        case .object: json = Self.kept(json, names.union(["_links"]))
        default: break
        }
    }

    private static func kept(_ json: JSONValue, _ names: Set<String>) -> JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(members.filter { names.contains($0.name) })
    }
}

extension WooCommerceTwin {
    /// `_links` with `self`, `collection` and, below another resource, `up`.
    func links(
        _ path: String, in collection: String, up: String? = nil,
        allow: [JSONValue] = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    ) -> JSONValue {
        func address(_ path: String) -> JSONValue { .string(home + "/wp-json/wc/v3/" + path) }
        let own: JSONValue = ["href": address(path), "targetHints": ["allow": .array(allow)]]
        var links: JSONValue = ["self": .array([own]), "collection": .array([["href": address(collection)]])]
        if let up { links.add("up", .array([["href": address(up)]])) }
        return links
    }

    /// Shop time without zone, and UTC without `Z` (recording 149).
    func local(_ instant: Instant?) -> JSONValue {
        instant.map { .string(($0 + .minutes(Int64(minutesEast))).isoLocalSeconds) } ?? .null
    }
    func gmt(_ instant: Instant?) -> JSONValue { instant.map { .string($0.isoLocalSeconds) } ?? .null }
    func money(_ minor: Int64) -> JSONValue { .string(Money(minor: minor, currency).decimalText) }
}
