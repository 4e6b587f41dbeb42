// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonTwin {
    mutating func createDocument(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        guard let type = (try? JSON.parse(request.body))?["contentType"]?.string, !type.isEmpty else {
            return .invalid("contentType")
        }
        let id = "amzn1.tortuga.4.eu." + ByteText.hex(Self.bytes(8, &random)) + ".\(nextNumber())"
        let key = ByteText.hex(Self.bytes(16, &random))
        documents[id] = TwinDocument(contentType: type, bytes: nil, uploadUntil: now + .minutes(5), key: key)
        return .json(201, ["feedDocumentId": .string(id), "url": .string(address(of: id, key, request))])
    }

    /// The presigned address of a document, at the address by which the caller reached us.
    private func address(of id: String, _ key: String, _ request: HTTPRequest) -> String {
        var base = "http://" + (request.headers["host"] ?? "127.0.0.1")
        let parts = request.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        if parts.count >= 3, parts[0].hasSuffix(":"), parts[1].isEmpty { base = "\(parts[0])//\(parts[2])" }
        return "\(base)/feeds-documents/\(URLText.encode(id))?X-Amz-Expires=300&X-Amz-Signature=\(key)"
    }

    /// The storage behind the addresses: knows signatures, not access tokens.
    mutating func storage(_ request: HTTPRequest, document id: String, at now: Instant) -> HTTPResponse {
        func refused(_ code: String) -> HTTPResponse {
            HTTPResponse(
                403, headers: ["content-type": "application/xml"], body: Array("<Error><Code>\(code)</Code></Error>".utf8))
        }
        guard let document = documents[id], request.query("X-Amz-Signature") == document.key else {
            return refused("AccessDenied")
        }
        if request.method == .get {
            guard let bytes = document.bytes else { return HTTPResponse(404) }
            return HTTPResponse(200, headers: ["content-type": document.contentType], body: bytes)
        }
        guard request.method == .put, let until = document.uploadUntil, now < until else { return refused("AccessDenied") }
        guard request.headers["content-type"] == document.contentType else { return refused("SignatureDoesNotMatch") }
        documents[id]?.bytes = request.body
        return HTTPResponse(200)
    }

    mutating func createFeed(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        guard let body = try? JSON.parse(request.body), let type = body["feedType"]?.string,
            let document = body["inputFeedDocumentId"]?.string,
            body["marketplaceIds"]?.elements.contains(where: { $0.string == marketplace.id }) == true
        else { return .invalid("feedType, marketplaceIds, inputFeedDocumentId") }
        guard documents[document]?.bytes != nil else { return .invalid("the document has not been put") }
        let id = "\(150_000_000_000 + nextNumber())"
        // One after the other: a feed waits for the one before it.
        let begins = max(now + feedQueueTime, openFeeds.last.map { feeds[$0].endsAt } ?? now)
        feedAt[id] = feeds.count
        openFeeds.append(feeds.count)
        feeds.append(
            TwinFeed(
                id: id, type: type, document: document, createdAt: now, beginsAt: begins, endsAt: begins + feedWorkTime,
                report: nil,
                state: "IN_QUEUE"))
        return .json(202, ["feedId": .string(id)])
    }

    func getFeed(_ id: String) -> HTTPResponse {
        guard let at = feedAt[id] else { return .error(404, "NotFound", "No such feed.") }
        return .json(200, json(feeds[at]))
    }

    func getFeeds(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        guard let types = request.query("feedTypes")?.split(separator: ",").map(String.init), !types.isEmpty else {
            return .invalid("feedTypes")
        }
        let since = request.query("createdSince").flatMap { Instant(iso: $0) } ?? (now - .days(90))
        guard let size = Int(request.query("pageSize") ?? "10"), (1...100).contains(size) else {
            return .invalid("pageSize")
        }
        var found: [JSONValue] = []
        for feed in feeds.reversed() {
            guard feed.createdAt >= since, found.count < size else { break }
            if types.contains(feed.type) { found.append(json(feed)) }
        }
        return .json(200, ["feeds": .array(found)])
    }

    private func json(_ feed: TwinFeed) -> JSONValue {
        var root: JSONValue = [
            "feedId": .string(feed.id), "feedType": .string(feed.type), "marketplaceIds": .array([.string(marketplace.id)]),
        ]
        root.add("createdTime", .string(feed.createdAt.iso))
        root.add("processingStatus", .string(feed.state))
        if feed.state != "IN_QUEUE" { root.add("processingStartTime", .string(feed.beginsAt.iso)) }
        if let report = feed.report {
            root.add("processingEndTime", .string(feed.endsAt.iso))
            root.add("resultFeedDocumentId", .string(report))
        }
        return root
    }

    func getDocument(_ id: String, _ request: HTTPRequest) -> HTTPResponse {
        guard let document = documents[id] else { return .error(404, "NotFound", "No such document.") }
        return .json(200, ["feedDocumentId": .string(id), "url": .string(address(of: id, document.key, request))])
    }

    /// Works through the feeds whose time has come, each in one go at the moment it ends.
    mutating func settle(at now: Instant) {
        while let index = openFeeds.first {
            guard feeds[index].beginsAt <= now else { return }
            feeds[index].state = "IN_PROGRESS"
            guard feeds[index].endsAt <= now else { return }
            openFeeds.removeFirst()
            let bytes = documents[feeds[index].document]?.bytes ?? []
            let (report, type) = work(feeds[index].type, bytes, feed: feeds[index].id, at: feeds[index].endsAt)
            // The same feed never runs twice: what was put is no longer needed.
            documents[feeds[index].document] = nil
            let id = "amzn1.tortuga.4.eu.result." + ByteText.hex(Self.bytes(8, &random))
            documents[id] = TwinDocument(
                contentType: type, bytes: report, uploadUntil: nil, key: ByteText.hex(Self.bytes(16, &random)))
            feeds[index].report = id
            reports.append(id)
            if reports.count > Self.reportsMax { documents[reports.removeFirst()] = nil }
            feeds[index].state = "DONE"
        }
    }
}
