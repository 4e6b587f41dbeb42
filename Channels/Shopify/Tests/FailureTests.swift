// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Foundation
import JSONText
import ShopifyChannel
import TestSupport
import Testing
import Vocabulary

private func failed(_ response: HTTPResponse) throws -> ChannelFailure? {
    let exchange = try connector().test(access)
    return failure { () throws(ChannelFailure) in _ = try exchange.read(response) }
}

@Test func `an answer that says too fast tells how long to wait`() throws {
    let body =
        #"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":632,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":132,"restoreRate":100.0}}}}"#
    #expect(try failed(answer(body)) == .throttled(retryAfter: .seconds(5)))
    #expect(try failed(answer("", status: 429, headers: ["Retry-After": "2.0"])) == .throttled(retryAfter: .seconds(2)))
    #expect(try failed(answer("", status: 429)) == .throttled(retryAfter: nil))
    let readings = try connector().rates(in: answer(body), cost: Cost("graphql"))
    #expect(readings == [RateReading(limit: "graphql", left: 132, pointsPerSecond: 100, burst: 2000)])
}

@Test func `each status has its failure`() throws {
    let key = #"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#
    #expect(
        try failed(answer(key, status: 401))
            == .unauthorized("[API] Invalid API key or access token (unrecognized login or wrong password)"))
    for (status, check) in [
        (402, "forbidden"), (403, "forbidden"), (423, "forbidden"), (404, "notFound"), (400, "refused"),
        (502, "unavailable"), (503, "unavailable"), (302, "forbidden"),
    ] {
        let found = try failed(answer("<html>", status: status))
        #expect(found.map { String(describing: $0).hasPrefix(check) } == true, "\(status) is \(check)")
    }
}

@Test func `failures inside a success are found`() throws {
    func error(_ code: String) -> HTTPResponse {
        answer(#"{"errors":[{"message":"no","extensions":{"code":"\#(code)"}}],"data":null}"#)
    }
    #expect(try failed(error("ACCESS_DENIED")) == .forbidden("no"))
    #expect(try failed(error("INTERNAL_SERVER_ERROR")) == .unavailable("no"))
    #expect(try failed(error("RESOURCE_NOT_FOUND")) == .notFound("no"))
    #expect(try failed(error("MAX_COST_EXCEEDED")) == .refused("no"))
    #expect(try failed(answer("  <!doctype html>")) == .unavailable("a page instead of an answer"))
    guard case .unreadable? = try failed(answer("{\"data\":")) else {
        Issue.record("half an answer is unreadable"); return
    }
    guard case .unreadable? = try failed(answer("{}")) else {
        Issue.record("an answer without data is unreadable"); return
    }
}

@Test func `every recorded answer is understood`() throws {
    guard let folder = OutsideMaterial.specs("shopify/samples/graphql") else { return }
    let connector = try connector()
    let exchange = connector.test(access)
    var failures = 0
    var readings = 0
    for file in files(in: folder) {
        for object in objects(in: try JSON.parse([UInt8](Data(contentsOf: file)))) {
            let response = HTTPResponse(200, body: Array(object.source))
            if object["data"]?.kind == .object, object["extensions"]?["cost"]?["throttleStatus"] != nil {
                let reading = connector.rates(in: response, cost: Cost("graphql")).first
                #expect(reading?.burst == 2000 && reading?.pointsPerSecond == 100, "\(file.lastPathComponent)")
                readings += 1
            }
            if let errors = object["errors"], errors.kind == .array,
                errors.elements.contains(where: { $0["message"] != nil && $0["locations"] != nil })
            {
                let found = failure { () throws(ChannelFailure) in _ = try exchange.read(response) }
                if case .unreadable? = found { Issue.record("\(file.lastPathComponent): \(String(describing: found))") }
                #expect(found != nil)
                failures += 1
            }
        }
    }
    #expect(readings > 1500 && failures > 100, "\(readings) costs and \(failures) failures")
}

@Test func `every recorded answer to what the connector does is read`() throws {
    guard let folder = OutsideMaterial.specs("shopify/samples/graphql") else { return }
    let push = QuantityPush(key: ListingKey(product: "1", variant: "1", stock: "1"), sku: "A", quantity: .zero)
    let publish = try connector(location: "1").publish([push], idempotencyKey: "k", access)
    let listen = try connector().subscribe(to: "https://hub.test/1", access)
    let cancel = try connector().perform(
        .cancel(.init(orderID: "1", reason: .other, refund: true, restock: true)), idempotencyKey: "k", access)
    guard
        case .then(let ask) = try cancel.read(
            answer(#"{"data":{"order":{"id":"gid://shopify/Order/1","cancelledAt":null}}}"#))
    else { return }
    var counts = [0, 0, 0]
    func readable(_ body: () throws(ChannelFailure) -> Void) {
        if case .unreadable(let why)? = failure(body) { Issue.record("\(why)") }
    }
    for file in files(in: folder) {
        for object in objects(in: try JSON.parse([UInt8](Data(contentsOf: file)))) {
            guard let data = object["data"], data.kind == .object else { continue }
            let response = HTTPResponse(200, body: Array(object.source))
            if data["inventorySetQuantities"] != nil {
                counts[0] += 1
                readable { () throws(ChannelFailure) in _ = try publish.read(response) }
            }
            if data["orderCancel"] != nil {
                counts[1] += 1
                readable { () throws(ChannelFailure) in _ = try ask.read(response) }
            }
            if data["webhookSubscriptions"]?["nodes"] != nil {
                counts[2] += 1
                readable { () throws(ChannelFailure) in _ = try listen?.read(response) }
            }
        }
    }
    #expect(counts[0] > 20 && counts[1] > 20 && counts[2] > 5, "\(counts)")
}
