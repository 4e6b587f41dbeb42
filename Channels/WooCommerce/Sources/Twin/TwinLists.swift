// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Paging, time windows and the headers of lists.
struct TwinListing {
    var page = 1
    var size = 10
    var after: Int64?
    var before: Int64?
    var include: [Int]?
    var orderBy: String
    var isAscending: Bool

    /// Reads the arguments that all lists share and refuses those that are out of bounds, as WordPress does.
    init(_ call: TwinCall, minutesEast: Int, orderBy allowed: [String]) throws(TwinError) {
        var flaws: [TwinError.Flaw] = []
        if let text = call.query("per_page") {
            if let size = Int(text) {
                self.size = size
                if size < 1 || size > 100 {
                    flaws.append(
                        .init(
                            name: "per_page", code: "rest_out_of_bounds",
                            message: "per_page must be between 1 (inclusive) and 100 (inclusive)"))
                }
            } else {
                flaws.append(.type("per_page", "integer"))
            }
        }
        if let text = call.query("page") {
            if let page = Int(text) {
                self.page = page
                if page < 1 {
                    flaws.append(
                        .init(
                            name: "page", code: "rest_out_of_bounds", message: "page must be greater than or equal to 1"
                        ))
                }
            } else {
                flaws.append(.type("page", "integer"))
            }
        }
        // A bare time is shop time unless `dates_are_gmt` says otherwise; a zone in the text always wins (recordings 264 to 266).
        let zone = call.flag("dates_are_gmt") ? 0 : minutesEast
        for name in ["modified_after", "modified_before"] {
            guard let text = call.query(name) else { continue }
            guard let instant = Instant(iso: text, zoneless: zone) else {
                flaws.append(.init(name: name, code: "rest_invalid_date", message: "Invalid date."))
                continue
            }
            if name == "modified_after" { after = instant.seconds } else { before = instant.seconds }
        }
        orderBy = call.query("orderby") ?? "date"
        if !allowed.contains(orderBy) {
            flaws.append(
                .init(
                    name: "orderby", code: "rest_not_in_enum",
                    message: "orderby is not one of \(allowed.joined(separator: ", "))."))
        }
        isAscending = call.query("order") == "asc"
        include = call.query("include").map { $0.split(separator: ",").compactMap { Int($0.trimmed) } }
        guard flaws.isEmpty else { throw .invalid(flaws) }
    }

    func isInside(_ second: Int64) -> Bool { (after ?? .min) < second && second < (before ?? .max) }

    /// The rows of the page, or none past the end.
    func range(of count: Int) -> Range<Int> {
        let (from, over) = (page - 1).multipliedReportingOverflow(by: size)
        guard !over, from < count else { return 0..<0 }
        return from..<min(from + size, count)
    }

    /// `X-WP-Total`, `X-WP-TotalPages` and the links to the neighbours (recordings 100 to 102).
    func headers(_ call: TwinCall, total: Int) -> [(String, String)] {
        let pages = (total + size - 1) / size
        var headers = [("X-WP-Total", String(total)), ("X-WP-TotalPages", String(pages))]
        func link(_ page: Int, _ rel: String) -> String {
            let kept = call.pairs.filter { $0.name != "page" && !$0.name.hasPrefix("oauth_") }.map {
                ($0.name, $0.value)
            }
            return
                "<\(call.home)\(call.request.path)?\(URLText.query(kept + [("page", String(page))]))>; rel=\"\(rel)\""
        }
        var around: [String] = []
        if page > 1 { around.append(link(min(page - 1, pages), "prev")) }
        if page < pages { around.append(link(page + 1, "next")) }
        if !around.isEmpty { headers.append(("Link", around.joined(separator: ", "))) }
        return headers
    }
}
