// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import SquareChannel
import Testing
import Vocabulary

@Suite struct FailureTests {
    private func error(_ category: String, _ code: String) -> String {
        #"{"errors":[{"category":"\#(category)","code":"\#(code)","detail":"words"}]}"#
    }

    private func told(_ response: HTTPResponse) throws -> ChannelFailure? {
        let square = try connector()
        return failure { () throws(ChannelFailure) in _ = try play(square.test(access), [response]) }
    }

    @Test func `each kind of trouble is told as what it is`() throws {
        let expired = error("AUTHENTICATION_ERROR", "ACCESS_TOKEN_EXPIRED")
        #expect(try told(answer(expired, status: 401)) == .unauthorized("ACCESS_TOKEN_EXPIRED: words"))
        #expect(try told(answer(error("AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES"), status: 403)) == .forbidden("INSUFFICIENT_SCOPES: words"))
        #expect(try told(answer(error("RATE_LIMIT_ERROR", "RATE_LIMITED"), status: 429)) == .throttled(retryAfter: nil))
        #expect(
            try told(answer(error("RATE_LIMIT_ERROR", "RATE_LIMITED"), status: 429, headers: ["Retry-After": "1.5"]))
                == .throttled(retryAfter: .milliseconds(1500)))
        #expect(try told(answer(error("INVALID_REQUEST_ERROR", "NOT_FOUND"), status: 404)) == .notFound("NOT_FOUND: words"))
        #expect(try told(answer(error("INVALID_REQUEST_ERROR", "INVALID_VALUE"), status: 400)) == .refused("INVALID_VALUE: words"))
        #expect(try told(answer(error("API_ERROR", "INTERNAL_SERVER_ERROR"), status: 500)) == .unavailable("INTERNAL_SERVER_ERROR: words"))
        #expect(try told(answer(error("API_ERROR", "SERVICE_UNAVAILABLE"), status: 503)) == .unavailable("SERVICE_UNAVAILABLE: words"))
        guard case .unavailable(let page) = try told(answer("<html>", status: 502)) else { Issue.record("a page"); return }
        #expect(page.contains("502"))
        #expect(try told(answer("<html>")) == .unreadable(.malformed("the answer is no JSON object")))
    }

    @Test func `errors inside a success are failures and an empty list of them is none`() throws {
        #expect(try told(answer(error("API_ERROR", "INTERNAL_SERVER_ERROR"))) == .unavailable("INTERNAL_SERVER_ERROR: words"))
        let square = try connector()
        let location = #"{"errors":[],"location":{"id":"L1","name":"Till","business_name":"Gift Shop","status":"ACTIVE","currency":"GBP"}}"#
        let identity = try play(square.test(access), [answer(location)]).outputs.last
        #expect(identity == ShopIdentity(name: "Gift Shop", currency: .gbp, place: "Till"))
        #expect(try told(answer(location.replacing("ACTIVE", with: "INACTIVE"))) == .refused("the location is switched off in Square"))
    }

    @Test func `an order that Square does not have is not found`() throws {
        let square = try connector()
        #expect(failure { () throws(ChannelFailure) in _ = try play(square.order("O1", access), [answer("{}")]) } == .notFound("order O1"))
    }

    @Test func `a call too many is told as such and waits for its turn`() throws {
        var wire = try SquareWire(seed: gifts)
        for _ in 0..<25 { _ = try wire.run { $0.test($1) } }
        #expect(wire.throttled > 0)
    }

    @Test func `every call carries the token, the version and JSON`() throws {
        let request = try connector().orders(changedFrom: gifts.start, to: gifts.start + .hours(1), access).request
        #expect(request.headers["Authorization"] == "Bearer EAAA1" && request.headers["Square-Version"] == "2025-08-20")
        #expect(request.headers["Content-Type"] == "application/json" && request.url == "https://connect.squareup.com/v2/orders/search")
    }

    @Test func `settings say which field is wrong`() throws {
        func problem(_ values: [String: String]) -> SettingsProblem? {
            do throws(SettingsProblem) {
                _ = try SquareConnector(ChannelSettings(values))
                return nil
            } catch { return error }
        }
        #expect(problem(["locationID": "L1"]) == SettingsProblem(field: "accessToken", kind: .missing))
        #expect(problem(["accessToken": "t"]) == SettingsProblem(field: "locationID", kind: .missing))
        #expect(problem(["accessToken": "t\r\nX: y", "locationID": "L1"]) == SettingsProblem(field: "accessToken", kind: .malformed))
        #expect(problem(["accessToken": "t", "locationID": "L 1"]) == SettingsProblem(field: "locationID", kind: .malformed))
        #expect(problem(["accessToken": "t", "locationID": "L1", "address": "ftp://x"]) == SettingsProblem(field: "address", kind: .malformed))
        #expect(problem(["accessToken": " t ", "locationID": " L1 ", "signatureKey": " k "]) == nil)
        #expect(problem(["accessToken": "t", "locationID": "L1", "address": "https://connect.squareupsandbox.com/"]) == nil)
    }
}
