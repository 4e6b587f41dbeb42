// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
public import ChannelKit
public import ChannelSync
import ShopifyChannel
import SquareChannel
import Vocabulary
import WooCommerceChannel

/// The channels this program has: one line for each.
public enum ChannelRegistry {
    private static let entries: [Entry] = [
        Entry(ShopifyConnector.self, ShopifyTwin.self),
        Entry(WooCommerceConnector.self, WooCommerceTwin.self),
        Entry(AmazonConnector.self, AmazonTwin.self),
        Entry(SquareConnector.self, SquareTwin.self),
    ]

    struct Entry: Sendable {
        var connector: any Channel.Type
        var makeTwin: @Sendable (TwinSeed) -> any ChannelTwin
        init<Twin: ChannelTwin>(_ connector: any Channel.Type, _ twin: Twin.Type) {
            self.connector = connector
            makeTwin = { Twin($0) }
        }
    }

    public static let connectors = Connectors(entries.map(\.connector))
    /// The channels' look-alikes, in the same order.
    public static let twins: [(channel: String, title: String, make: @Sendable (TwinSeed) -> any ChannelTwin)] = entries.map {
        ($0.connector.profile.name, $0.connector.profile.title, $0.makeTwin)
    }
}
