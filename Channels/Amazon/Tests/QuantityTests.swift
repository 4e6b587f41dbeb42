// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import Testing
import Vocabulary

@Suite struct QuantityTests {
    private func many(_ count: Int) -> [TwinSeed.Article] {
        (0..<count).map { TwinSeed.Article(sku: "A-\($0)", title: "Article", price: "1.00", quantity: 1) }
    }

    @Test func `a few quantities go one by one and one refusal does not stop the others`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let outcomes = try wire.push([("MUG", 4), ("NOBODY", 1), ("PEN", 0)])
        #expect(outcomes.count == 3 && outcomes[0].result == .acknowledged && outcomes[2].result == .acknowledged)
        guard case .refused(let why) = outcomes[1].result else {
            Issue.record("an unknown SKU was taken")
            return
        }
        #expect(why.contains("does not exist"))
        #expect(wire.twin.shelf["MUG"] == 4 && wire.twin.shelf["PEN"] == 0)
    }

    @Test func `many quantities go as one feed and its report tells what became of each`() throws {
        var wire = try AmazonWire(seed: Cast.seed(many(300)))
        _ = try wire.access()
        let calls = wire.calls
        let outcomes = try wire.push((0..<300).map { ($0 == 77 ? "NOBODY" : "A-\($0)", $0) })
        #expect(wire.calls - calls < 12, "a handful of calls for all of them")
        #expect(outcomes.filter { $0.result == .acknowledged }.count == 299)
        guard case .refused = outcomes[77].result else {
            Issue.record("an unknown SKU was taken")
            return
        }
        #expect(wire.twin.shelf["A-299"] == 299 && wire.twin.shelf["A-77"] == 1)
    }

    @Test func `what a feed sets stands there only when it has been worked through`() throws {
        var wire = try AmazonWire(seed: Cast.seed(many(30)))
        wire.disturb = { request, response in request.url.contains("/feeds/2021-06-30/feeds/") ? nil : response }
        #expect(throws: ChannelFailure.lost("no answer")) { try wire.push((0..<30).map { ("A-\($0)", 9) }) }
        #expect(wire.twin.shelf["A-1"] == 1, "in the queue nothing has changed")
        wire.disturb = nil
        wire.now = wire.now + .minutes(1)
        let read = try wire.run { $0.quantities(of: [ListingKey(product: "A-1", variant: "A-1", stock: "A-1")], $1) }
            .flatMap { $0 }
        #expect(read == [.quantity(stock: "A-1", quantity: 9, at: wire.now)], "reading back settles a lost answer")
    }

    @Test func `a feed that is slow is asked after at growing intervals`() throws {
        var wire = try AmazonWire(seed: Cast.seed(many(30)))
        wire.twin.feedWorkTime = .minutes(10)
        let before = wire.now
        #expect(try wire.push((0..<30).map { ("A-\($0)", 9) }).allSatisfy { $0.result == .acknowledged })
        #expect(wire.now - before >= .minutes(10) && wire.now - before < .minutes(11) && wire.calls < 40)
    }

    @Test func `a feed that does not end is unknown after an hour, not waited for for ever`() throws {
        var wire = try AmazonWire(seed: Cast.seed(many(30)))
        wire.twin.feedWorkTime = .days(1)
        #expect { try wire.push((0..<30).map { ("A-\($0)", 9) }) } throws: {
            if case .lost = $0 as? ChannelFailure { true } else { false }
        }
    }

    private func ending(_ state: String) throws -> ChannelFailure? {
        var wire = try AmazonWire(seed: Cast.seed(many(30)))
        wire.disturb = { request, response in
            guard request.method == .get, request.url.contains("/feeds/2021-06-30/feeds/") else { return response }
            return Cast.answer(
                "{\"feedId\":\"1\",\"feedType\":\"X\",\"createdTime\":\"2026-11-02T09:00:00Z\",\"processingStatus\":\"\(state)\"}"
            )
        }
        do throws(ChannelFailure) {
            let pushes = (0..<30).map {
                QuantityPush(key: .init(product: "", variant: "A-\($0)", stock: "A-\($0)"), sku: "A-\($0)", quantity: .zero)
            }
            _ = try wire.run { $0.publish(pushes, idempotencyKey: "k", $1) }
            return nil
        } catch { return error }
    }

    @Test func `a feed's other ends are told apart`() throws {
        guard case .lost = try ending("FATAL") else {
            Issue.record("an aborted feed may have done anything")
            return
        }
        guard case .unavailable = try ending("CANCELLED") else {
            Issue.record("a cancelled feed did nothing")
            return
        }
        guard case .lost = try ending("DONE") else {
            Issue.record("done without a report")
            return
        }
        guard case .unreadable = try ending("DANCING") else {
            Issue.record("an unknown state")
            return
        }
    }

    @Test func `a report that is still compressed is refused clearly`() throws {
        var wire = try AmazonWire(seed: Cast.seed(many(30)))
        wire.disturb = { request, response in
            request.method == .get && request.url.contains("feeds-documents")
                ? HTTPResponse(200, body: [0x1F, 0x8B, 0x08, 0x00]) : response
        }
        #expect(
            throws: ChannelFailure.unreadable(
                .malformed("the feed's report is compressed (gzip) and the transport did not unpack it"))
        ) {
            try wire.push((0..<30).map { ("A-\($0)", 9) })
        }
    }

    private func outcomes(report: String) throws -> [QuantityOutcome.Result] {
        var wire = try AmazonWire(seed: Cast.seed(many(21)))
        wire.disturb = { request, response in
            request.method == .get && request.url.contains("feeds-documents") ? Cast.answer(report) : response
        }
        return try wire.push((0..<21).map { ("A-\($0)", 9) }).map(\.result)
    }

    @Test func `an error that belongs to no message concerns them all, and a vague report acknowledges none`() throws {
        let whole =
            "{\"issues\":[{\"severity\":\"ERROR\",\"message\":\"bad file\"}],\"summary\":{\"messagesProcessed\":0,\"messagesInvalid\":0}}"
        #expect(try outcomes(report: whole).allSatisfy { $0 == .refused("bad file") })
        let vague = "{\"issues\":[],\"summary\":{\"messagesProcessed\":21,\"messagesInvalid\":3}}"
        #expect(try outcomes(report: vague).allSatisfy { if case .failed = $0 { true } else { false } })
        let warned =
            "{\"issues\":[{\"severity\":\"WARNING\",\"messageId\":1,\"message\":\"m\"}],\"summary\":{\"messagesProcessed\":21,\"messagesInvalid\":0}}"
        #expect(try outcomes(report: warned).allSatisfy { $0 == .acknowledged })
    }

    @Test func `the storage never sees the access token and its address ends`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let access = try wire.access()
        let request = HTTPRequest(
            .post, "\(AmazonWire.address)/feeds/2021-06-30/documents", headers: ["x-amz-access-token": access.token ?? ""],
            body: Array("{\"contentType\":\"text/plain\"}".utf8))
        let body = String(decoding: wire.twin.respond(to: request, at: wire.now).body, as: UTF8.self)
        let url = try #require(body.split(separator: "\"").first { $0.hasPrefix("http") }.map(String.init))
        let late = wire.twin.respond(
            to: HTTPRequest(.put, url, headers: ["content-type": "text/plain"]), at: wire.now + .minutes(6))
        let other = wire.twin.respond(to: HTTPRequest(.put, url, headers: ["content-type": "text/html"]), at: wire.now)
        #expect(late.status == 403 && other.status == 403)
    }

    @Test func `nothing to set asks for nothing to be set`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        #expect(try wire.push([]).isEmpty)
    }
}
