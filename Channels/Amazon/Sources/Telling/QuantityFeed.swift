// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// Many quantities as one `JSON_LISTINGS_FEED`. The report, not the feed's state, tells what became of each.
    func quantityFeed(_ pushes: [QuantityPush], _ access: Access) -> Exchange<[QuantityOutcome]> {
        let feed = Feed(
            type: "JSON_LISTINGS_FEED", contentType: "application/json; charset=UTF-8", document: document(pushes))
        return run(feed, access) { report, _ throws(ChannelFailure) in
            let failures = try readable { () throws(Unreadable) in try ListingsReport(report) }
            return .done(
                pushes.enumerated().map { place, push in
                    QuantityOutcome(key: push.key, quantity: push.quantity, result: failures.result(of: place + 1))
                })
        }
    }

    private func document(_ pushes: [QuantityPush]) -> [UInt8] {
        var header: JSONValue = [:]
        header.add("sellerId", .string(sellerID))
        header.add("version", "2.0")
        header.add("issueLocale", .string(Marketplace.named(marketplace)?.language ?? "en_US"))
        var messages: [JSONValue] = []
        messages.reserveCapacity(pushes.count)
        for (place, push) in pushes.enumerated() {
            var message: JSONValue = [:]
            message.add("messageId", .integer(place + 1))
            message.add("sku", .string(push.key.stock))
            message.add("operationType", "PATCH")
            message.add("productType", .string(Self.productType))
            message.add("patches", .array([Self.quantityPatch(push.quantity)]))
            messages.append(message)
        }
        var root: JSONValue = [:]
        root.add("header", header)
        root.add("messages", .array(messages))
        return root.bytes
    }
}

/// The processing report of a listings feed (schema v2).
struct ListingsReport {
    private var errors: [Int: String] = [:]
    /// An error that belongs to no message: the feed as a whole was not taken.
    private var whole: String?
    /// The report counts more invalid messages than it names.
    private var isVague = false

    init(_ bytes: [UInt8]) throws(Unreadable) {
        let root: JSON
        do throws(JSONError) { root = try JSON.parse(bytes) } catch { throw .malformed("processing report: \(error)") }
        guard let issues = root["issues"], issues.kind == .array else { throw .missing(field: "issues") }
        for issue in issues.elements where issue["severity"]?.string == "ERROR" {
            let text = issue["message"]?.string ?? "ERROR"
            if let message = issue["messageId"]?.integer {
                errors[message] = errors[message].map { $0 + "; " + text } ?? text
            } else {
                whole = text
            }
        }
        guard let summary = root["summary"] else { throw .missing(field: "summary") }
        if let invalid = summary["messagesInvalid"]?.integer { isVague = invalid > errors.count }
        if let processed = summary["messagesProcessed"]?.integer, processed == 0, whole == nil { isVague = true }
    }

    /// What became of the message of that number.
    func result(of message: Int) -> QuantityOutcome.Result {
        if let why = errors[message] ?? whole { return .refused(why) }
        return isVague ? .failed("the feed's report names fewer failures than it counts") : .acknowledged
    }
}
