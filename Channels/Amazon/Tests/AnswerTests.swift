// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import Testing
import Vocabulary

@Suite struct AnswerTests {
    private func failure(_ response: HTTPResponse) -> ChannelFailure? {
        do throws(ChannelFailure) {
            _ = try Cast.connector.orders(changedFrom: Cast.start - .hours(1), to: Cast.start, Cast.access).read(response)
            return nil
        } catch { return error }
    }

    private func errors(_ code: String, _ details: String = "") -> String {
        "{\"errors\":[{\"code\":\"\(code)\",\"message\":\"m\",\"details\":\"\(details)\"}]}"
    }

    @Test func `each documented answer is its failure`() {
        #expect(failure(Cast.answer(errors("InvalidInput"), status: 400)) == .refused("InvalidInput: m"))
        #expect(failure(Cast.answer(errors("Unauthorized"), status: 401)) == .unauthorized("Unauthorized: m"))
        #expect(failure(Cast.answer(errors("Unauthorized"), status: 403)) == .forbidden("Unauthorized: m"))
        #expect(
            failure(Cast.answer(errors("Unauthorized", "The access token you provided has expired."), status: 403))
                == .unauthorized("Unauthorized: m: The access token you provided has expired."))
        #expect(failure(Cast.answer(errors("NotFound"), status: 404)) == .notFound("NotFound: m"))
        #expect(failure(Cast.answer(errors("TooLarge"), status: 413)) == .refused("TooLarge: m"))
        #expect(failure(Cast.answer("<html>", status: 500)) == .unavailable("HTTP 500"))
        #expect(failure(Cast.answer(errors("ServiceUnavailable"), status: 503)) == .unavailable("ServiceUnavailable: m"))
    }

    @Test func `too fast waits for one unit of the operation's own rate`() {
        #expect(
            failure(Cast.answer(errors("QuotaExceeded"), status: 429)) == .throttled(retryAfter: .milliseconds(178_572)))
        let quicker = Cast.answer(errors("QuotaExceeded"), status: 429, headers: ["x-amzn-RateLimit-Limit": "0.5"])
        #expect(failure(quicker) == .throttled(retryAfter: .seconds(2)))
        let told = Cast.answer(errors("QuotaExceeded"), status: 429, headers: ["Retry-After": "7"])
        #expect(failure(told) == .throttled(retryAfter: .seconds(7)))
    }

    @Test func `a success status is not success`() {
        #expect(failure(Cast.answer(errors("InvalidInput"))) == .refused("InvalidInput: m"))
        #expect(failure(Cast.answer(errors("InternalFailure"))) == .unavailable("InternalFailure: m"))
        #expect(failure(Cast.answer("<html>Sorry</html>")) == .unavailable("a page instead of an answer"))
        for text in ["", "{", "{\"orders\":[}", "nonsense"] {
            guard case .unreadable(.malformed) = failure(Cast.answer(text)) else {
                Issue.record("\(text) was read")
                continue
            }
        }
        #expect(failure(Cast.answer("{\"payload\":{}}")) == .unreadable(.missing(field: "orders")))
    }

    @Test func `the twin enforces the official rates and refills them`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let access = try wire.access()
        let request = wire.connector.orders(changedFrom: wire.now - .hours(1), to: wire.now - .minutes(3), access).request
        for _ in 0..<20 { #expect(wire.twin.respond(to: request, at: wire.now).status == 200) }
        #expect(wire.twin.respond(to: request, at: wire.now).status == 429)
        #expect(wire.twin.respond(to: request, at: wire.now + .seconds(178)).status == 429)
        let again = wire.twin.respond(to: request, at: wire.now + .seconds(180))
        #expect(again.status == 200 && again.headers["x-amzn-ratelimit-limit"] == "0.0056")
        wire.twin.rateFactor = 100
        for _ in 0..<500 { #expect(wire.twin.respond(to: request, at: wire.now + .seconds(181)).status == 200) }
    }

    @Test func `a poll that meets the limit goes on after it`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        for _ in 0..<21 { _ = try wire.poll(from: wire.now - .minutes(10)) }
        #expect(wire.throttled > 0)
    }

    @Test func `asking for the present is an error at Amazon, so the connector never does`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let access = try wire.access()
        let query =
            "lastUpdatedAfter=2026-11-02T08:00:00Z&lastUpdatedBefore=2026-11-02T08:59:00Z&marketplaceIds=A1F83G8C2ARO7P"
        let request = HTTPRequest(
            .get, "/orders/2026-01-01/orders?\(query)", headers: ["x-amz-access-token": access.token ?? ""])
        #expect(wire.twin.respond(to: request, at: wire.now).status == 400)
        let polled = try wire.run { $0.orders(changedFrom: Cast.start - .hours(1), to: Cast.start, $1) }
        #expect(!polled.isEmpty)
    }
}
