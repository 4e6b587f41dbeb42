// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonTwin {
    /// `searchOrders`: by the time of the last change or of the order, a page at a time, never nearer than two minutes.
    func searchOrders(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        let horizon = now - .minutes(2)
        let updated = request.query("lastUpdatedAfter")
        guard let afterText = updated ?? request.query("createdAfter"),
            (updated == nil) != (request.query("createdAfter") == nil)
        else {
            return .invalid("exactly one of createdAfter and lastUpdatedAfter")
        }
        guard let after = Instant(iso: afterText) else { return .invalid("lastUpdatedAfter") }
        var before = horizon
        if let text = request.query(updated == nil ? "createdBefore" : "lastUpdatedBefore") {
            guard let asked = Instant(iso: text), asked >= after, asked <= horizon else {
                return .invalid("the end of the window has to be at least two minutes before the request")
            }
            before = asked
        }
        guard let size = Int(request.query("maxResultsPerPage") ?? "100"), (1...100).contains(size) else {
            return .invalid("maxResultsPerPage")
        }
        guard let data = OrderData(request.query("includedData")) else { return .invalid("includedData") }
        var root: JSONValue = [:]
        var found: [JSONValue] = []
        var next: Int?
        if ids(request.query("marketplaceIds")).map({ $0.contains(marketplace.id) }) ?? true {
            var at = firstChange(notBefore: after)
            if let token = request.query("paginationToken") {
                guard let place = Self.place(token) else { return .invalid("paginationToken") }
                at = place
            }
            while at < changes.count, changes[at].at <= before {
                let order = orders[changes[at].order]
                let isLatest = updated == nil ? order.placedAt == changes[at].at : order.changedAt == changes[at].at
                if isLatest,
                    !(at + 1 < changes.count && changes[at + 1].order == changes[at].order
                        && changes[at + 1].at == changes[at].at)
                {
                    if found.count == size {
                        next = at
                        break
                    }
                    found.append(json(order, data))
                }
                at += 1
            }
        }
        root.add("orders", .array(found))
        if let next { root.add("pagination", ["nextToken": .string(Self.token(next))]) }
        root.add(updated == nil ? "createdBefore" : "lastUpdatedBefore", .string(before.iso))
        return .json(200, root)
    }

    private func firstChange(notBefore moment: Instant) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func getOrder(_ id: String, _ request: HTTPRequest) -> HTTPResponse {
        guard let data = OrderData(request.query("includedData")) else { return .invalid("includedData") }
        guard let index = orderAt[id] else { return .error(404, "NotFound", "The requested order does not exist.") }
        return .json(200, ["order": json(orders[index], data)])
    }

    /// A page's place as an opaque token, and back; nil for what is none of ours.
    static func token(_ place: Int) -> String { ByteText.base64(Array("place:\(place)".utf8)) }
    static func place(_ token: String) -> Int? {
        guard let bytes = ByteText.bytes(base64: token) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("place:"), let place = Int(text.dropFirst(6)), place >= 0 else { return nil }
        return place
    }

    private func ids(_ text: String?) -> [String]? { text.map { $0.split(separator: ",").map(String.init) } }
}
