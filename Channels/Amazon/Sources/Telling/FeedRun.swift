// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// A document for Amazon to work through.
struct Feed: Sendable {
    var type: String
    /// The same is named when the document is announced and when it is put.
    var contentType: String
    var document: [UInt8]
}

extension AmazonConnector {
    /// Announces a document, puts it, creates the feed, waits for it and reads its report: `finish` gets the report's bytes.
    func run<Output: Sendable>(
        _ feed: Feed, tries: Int = 3, _ access: Access,
        finish: @escaping @Sendable ([UInt8], Access) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        var body: JSONValue = [:]
        body.add("contentType", .string(feed.contentType))
        return call(.createFeedDocument, .post, "/feeds/2021-06-30/documents", body: body, access) {
            root, access throws(ChannelFailure) in
            guard let id = root["feedDocumentId"]?.string, let url = root["url"]?.string else {
                throw .unreadable(.missing(field: "feedDocumentId"))
            }
            return .then(put(feed, document: id, to: url, tries: tries, access, finish: finish))
        }
    }

    private func put<Output: Sendable>(
        _ feed: Feed, document id: String, to url: String, tries: Int, _ access: Access,
        finish: @escaping @Sendable ([UInt8], Access) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        // The address is signed for this document: the access token must not be shown to the storage.
        let request = HTTPRequest(.put, url, headers: ["content-type": feed.contentType], body: feed.document)
        return Exchange(request, cost: Cost(Operation.feedStorage.rawValue)) { response throws(ChannelFailure) in
            if (400..<500).contains(response.status), response.status != 429 {
                // The address lasts five minutes: a slow line gets a new one.
                if response.status == 403, tries > 1 { return .then(run(feed, tries: tries - 1, access, finish: finish)) }
                throw .unavailable("the feed document was not taken: HTTP \(response.status)")
            }
            if let failure = AmazonAnswer.failure(response, .feedStorage) { throw failure }
            var body: JSONValue = [:]
            body.add("feedType", .string(feed.type))
            body.add("marketplaceIds", .array([.string(marketplace)]))
            body.add("inputFeedDocumentId", .string(id))
            return .then(
                call(.createFeed, .post, "/feeds/2021-06-30/feeds", body: body, isRepeatable: false, access) {
                    root, access throws(ChannelFailure) in
                    guard let feedID = root["feedId"]?.string else { throw .unreadable(.missing(field: "feedId")) }
                    return .wait(FeedWait.first.pause, then: waitFor(feedID, .first, access, finish: finish))
                })
        }
    }

    private func waitFor<Output: Sendable>(
        _ feedID: String, _ wait: FeedWait, _ access: Access,
        finish: @escaping @Sendable ([UInt8], Access) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        call(.getFeed, .get, "/feeds/2021-06-30/feeds/\(URLText.encode(feedID))", access) {
            root, access throws(ChannelFailure) in
            switch root["processingStatus"]?.string {
            case "DONE":
                guard let report = root["resultFeedDocumentId"]?.string else {
                    throw .lost("feed \(feedID) is done without a report")
                }
                return .then(locate(report, access, finish: finish))
            case "IN_QUEUE", "IN_PROGRESS":
                guard let next = wait.next else { throw .lost("feed \(feedID) was still at work after an hour") }
                return .wait(next.pause, then: waitFor(feedID, next, access, finish: finish))
            case "CANCELLED": throw .unavailable("feed \(feedID) was cancelled before it began")
            case "FATAL":
                // "Some, none, or all of the operations within the feed may have completed."
                throw .lost("feed \(feedID) was aborted: what of it took effect is unknown")
            default: throw .unreadable(.malformed("processingStatus \(root["processingStatus"]?.text ?? "is missing")"))
            }
        }
    }

    private func locate<Output: Sendable>(
        _ document: String, _ access: Access,
        finish: @escaping @Sendable ([UInt8], Access) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        let path = "/feeds/2021-06-30/documents/\(URLText.encode(document))"
        // A compressed report is then marked as such in HTTP, and the transport unpacks it.
        let query = [("enableContentEncodingUrlHeader", "true")]
        return call(.getFeedDocument, .get, path, query: query, access) {
            root, access throws(ChannelFailure) in
            guard let url = root["url"]?.string else { throw .unreadable(.missing(field: "url")) }
            return .then(
                Exchange(HTTPRequest(.get, url), cost: Cost(Operation.feedStorage.rawValue)) {
                    response throws(ChannelFailure) in
                    if let failure = AmazonAnswer.failure(response, .feedStorage) { throw failure }
                    guard !response.body.starts(with: [0x1F, 0x8B]) else {
                        throw .unreadable(
                            .malformed("the feed's report is compressed (gzip) and the transport did not unpack it"))
                    }
                    return try finish(response.body, access)
                })
        }
    }
}

/// When to ask again whether a feed is done: after two seconds, then twice as long each time, at most thirty, for an hour.
struct FeedWait: Sendable {
    static let first = FeedWait(pause: .seconds(2), waited: .seconds(2))
    var pause: Span
    private var waited: Span

    private init(pause: Span, waited: Span) {
        self.pause = pause
        self.waited = waited
    }

    /// Nil after an hour.
    var next: FeedWait? {
        guard waited < .hours(1) else { return nil }
        let longer = min(pause * 2, .seconds(30))
        return FeedWait(pause: longer, waited: waited + longer)
    }
}
