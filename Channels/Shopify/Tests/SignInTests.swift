// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import ShopifyChannel
import Testing
import Vocabulary

@Test func `an app trades its id and secret for a token, and its secret signs the messages`() throws {
    let app = try ShopifyConnector(ChannelSettings(["address": "gifts.myshopify.com", "clientID": "id 1", "clientSecret": "s&cret"]))
    let exchange = try #require(app.signIn(at: gifts.start))
    #expect(exchange.request.url == "https://gifts.myshopify.com/admin/oauth/access_token" && exchange.request.method == .post)
    #expect(String(decoding: exchange.request.body, as: UTF8.self) == "grant_type=client_credentials&client_id=id%201&client_secret=s%26cret")
    let granted = try play(exchange, [answer(#"{"access_token":"shpat_new","scope":"read_orders","expires_in":86399}"#)]).outputs
    #expect(granted == [AccessToken("shpat_new", expiresAt: gifts.start + .seconds(86_399))])
    let asked = app.admitted(app.test(access).request, Access(token: "shpat_new", now: gifts.start, nonce: "n"))
    #expect(asked.headers["X-Shopify-Access-Token"] == "shpat_new")
    #expect(try connector().signIn(at: gifts.start) == nil, "a token that lasts is not traded")
}

@Test(arguments: [
    (400, #"{"error":"invalid_client"}"#), (401, "{}"), (403, "{}"),
]) func `a refused app needs a person`(status: Int, body: String) throws {
    let app = try ShopifyConnector(ChannelSettings(["address": "gifts.myshopify.com", "clientID": "id", "clientSecret": "s"]))
    let exchange = try #require(app.signIn(at: gifts.start))
    var failure: ChannelFailure?
    do throws(ChannelFailure) { _ = try play(exchange, [answer(body, status: status)]) } catch { failure = error }
    guard case .forbidden = failure else { Issue.record("\(String(describing: failure))"); return }
}

@Test func `a token that has ended is renewed in the middle of a chain`() throws {
    var wire = try ShopifyWire(seed: gifts)
    _ = try wire.run { $0.test($1) }
    wire.now = wire.now + .hours(25)
    let name = try wire.run { $0.test($1) }.last?.name
    #expect(name == gifts.shopName)
}
