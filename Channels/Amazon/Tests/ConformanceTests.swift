// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import Testing

@Suite struct ConformanceTests {
    @Test func `the connector and its twin keep every promise of the suite`() throws {
        try ConformanceSuite<AmazonConnector, AmazonTwin>().runAll()
    }
}
