// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import Testing
import WooCommerceChannel

@Test func `the connector and its twin keep every promise of a channel`() throws {
    try ConformanceSuite<WooCommerceConnector, WooCommerceTwin>().runAll()
}
