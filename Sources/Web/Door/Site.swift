// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Every address of the console, made in one place.
package enum Site {
    static let overview = "/"
    static let orders = "/orders"
    static let products = "/products"
    static let channels = "/channels"
    static let exceptions = "/exceptions"
    static let welcome = "/welcome"
    static let newChannel = "/channels/new"

    static func signIn(next: String? = nil) -> String {
        guard let next, next != overview, isOurs(next) else { return "/sign-in" }
        return "/sign-in?next=\(escape(next))"
    }

    static func order(_ id: ID<OrderKind>, done: String? = nil) -> String { "/orders/\(id)" + (done.map { "?done=\($0)" } ?? "") }
    static func product(_ sku: SKU, done: String? = nil) -> String { "/products/\(escape(sku.text))" + (done.map { "?done=\($0)" } ?? "") }
    static func why(_ sku: SKU, number: String, location: ID<LocationKind>? = nil, listing: ID<ListingKind>? = nil, at: String? = nil) -> String {
        var query = Fields(["number": number])
        if let location { query.values["location"] = location.description }
        if let listing { query.values["listing"] = listing.description }
        if let at { query.values["at"] = at }
        return "/products/\(escape(sku.text))/why?\(query.query)"
    }
    static func channel(_ id: ID<AccountKind>, done: String? = nil) -> String { "/channels/\(id)" + (done.map { "?done=\($0)" } ?? "") }
    static func connect(_ channel: String) -> String { "/channels/new?channel=\(escape(channel))" }
    static func exception(_ number: Int64) -> String { "/exceptions/\(number)" }
    static func exceptions(kind: String?, done: String? = nil) -> String {
        let query = Fields(["kind": kind ?? "", "done": done ?? ""]).query
        return query.isEmpty ? exceptions : "\(exceptions)?\(query)"
    }

    /// Whether a redirect may lead there: a path of ours, never another site (`//evil`, `/\evil`).
    package static func isOurs(_ target: String) -> Bool {
        let bytes = Array(target.utf8)
        guard bytes.first == 0x2F, bytes.count < 2 || (bytes[1] != 0x2F && bytes[1] != 0x5C) else { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }
    }

    /// Percent-encodes everything but letters, digits and `-._~`.
    package static func escape(_ text: String) -> String {
        var out: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
