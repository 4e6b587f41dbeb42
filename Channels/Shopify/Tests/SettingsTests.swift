// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ShopifyChannel
import Testing

@Test(arguments: ["gifts.myshopify.com", "https://gifts.myshopify.com/", " HTTPS://Gifts.MyShopify.com/admin?x=1 "])
func `an address is taken as people paste it`(text: String) throws {
    let exchange = try connector(address: text).test(access)
    #expect(exchange.request.url == "https://gifts.myshopify.com/admin/api/2026-07/graphql.json")
    #expect(exchange.request.headers["X-Shopify-Access-Token"] == "shpat_x")
}

@Test(arguments: ["gifts", "https://", "https://gifts .myshopify.com", "https://a@b.myshopify.com"])
func `an address without a host is malformed`(text: String) {
    #expect(throws: SettingsProblem(field: "address", kind: .malformed)) { try connector(address: text) }
}

@Test func `missing fields are named`() {
    #expect(throws: SettingsProblem(field: "accessToken", kind: .missing)) {
        try ShopifyConnector(ChannelSettings(["address": "a.myshopify.com", "webhookSecret": "x"]))
    }
    #expect(throws: SettingsProblem(field: "accessToken", kind: .malformed)) {
        try ShopifyConnector(
            ChannelSettings(["address": "a.myshopify.com", "webhookSecret": "x", "accessToken": "a\nb"]))
    }
    #expect(throws: SettingsProblem(field: "location", kind: .malformed)) { try connector(location: "Shop location") }
    #expect(throws: SettingsProblem(field: "clientSecret", kind: .missing)) {
        try ShopifyConnector(ChannelSettings(["address": "a.myshopify.com", "clientID": "x"]))
    }
    #expect(throws: SettingsProblem(field: "webhookSecret", kind: .missing)) {
        try ShopifyConnector(ChannelSettings(["address": "a.myshopify.com", "accessToken": "shpat_x"]))
    }
}

@Test func `a location of the settings is checked and becomes the shop's place`() throws {
    let shop = answer(
        #"{"data":{"shop":{"name":"Gifts","currencyCode":"GBP"},"location":{"id":"gid://shopify/Location/1"}}}"#)
    #expect(try play(connector().test(access), [shop]).outputs.first?.place == "gid://shopify/Location/1")
    let second = answer(#"{"data":{"location":{"id":"gid://shopify/Location/2","name":"Shed"}}}"#)
    #expect(
        try play(connector(location: "2").test(access), [shop, second]).outputs.first?.place
            == "gid://shopify/Location/2")
    let none = answer(#"{"data":{"location":null}}"#)
    #expect(throws: ChannelFailure.self) {
        try play(connector(location: "gid://shopify/Location/2").test(access), [shop, none])
    }
}
