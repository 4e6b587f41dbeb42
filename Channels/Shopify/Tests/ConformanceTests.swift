// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ShopifyChannel
import Testing

@Test func `Shopify keeps what every channel promises`() throws {
    try ConformanceSuite<ShopifyConnector, ShopifyTwin>().runAll()
}
