// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// A walk over the pages of a list, by number, as far as `X-WP-TotalPages` says.
///
/// A row that leaves the list during the walk (an order that changes again moves behind the window's end, a product that is
/// deleted) shifts all later rows forward, so that one of them would slip between two pages. `X-WP-Total` then falls, and
/// the walk steps back as many pages as it takes.
struct Paging: Hashable, Sendable {
    static let size = 100
    private(set) var page = 1
    private var totalSeen: Int?
    /// How many pages were asked for before this one.
    private(set) var step = 0

    var query: [(String, String)] { [("per_page", String(Self.size)), ("page", String(page))] }

    /// The page to ask for next, nil after the last.
    func next(after response: HTTPResponse, count: Int) -> Paging? {
        guard let total = number(response.headers["X-WP-Total"]),
            let pages = number(response.headers["X-WP-TotalPages"])
        else {
            // A proxy took the headers away: a full page may have another behind it.
            return count >= Self.size ? onward(to: page + 1, total: nil) : nil
        }
        if let totalSeen, total < totalSeen {
            return onward(to: max(1, page - 1 - (totalSeen - total) / Self.size), total: total)
        }
        return page < pages ? onward(to: page + 1, total: total) : nil
    }

    private func onward(to page: Int, total: Int?) -> Paging? {
        guard step < Self.stepMax else { return nil }
        var next = Paging()
        next.page = page
        next.totalSeen = total
        next.step = step + 1
        return next
    }

    /// A million rows: more is an answer gone wrong.
    private static let stepMax = 10_000

    /// A walk that steps back asks for a page again, which must not be the same signed request again.
    func access(_ access: Access) -> Access {
        var own = access
        own.nonce += "." + String(step)
        return own
    }

    private func number(_ text: String?) -> Int? { text.flatMap { Int($0) } }
}

extension ShopDoor {
    /// One page of a list: its elements and the way on.
    func list<Output>(
        _ path: String, _ paging: Paging, query: [(String, String)], _ access: Access,
        read: @escaping @Sendable ([JSON], Paging?) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        asking(path, query: paging.query + query, paging.access(access)) { response throws(ChannelFailure) in
            let json = try Answer.json(response)
            guard json.kind == .array else { throw .unreadable(.malformed("\(path) is no list")) }
            let rows = Array(json.elements)
            return try read(rows, paging.next(after: response, count: rows.count))
        }
    }
}
