// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import SquareChannel
import Testing

@Test func `Square keeps what every channel promises`() throws {
    try ConformanceSuite<SquareConnector, SquareTwin>().runAll()
}
