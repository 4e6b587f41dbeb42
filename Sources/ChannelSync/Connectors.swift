// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// The connectors this program has, by name. The engine knows no other way to a channel.
public struct Connectors: Sendable {
    private let types: [any Channel.Type]

    public init(_ types: [any Channel.Type]) {
        precondition(Set(types.map { $0.profile.name }).count == types.count, "two connectors share a name")
        self.types = types
    }

    /// What each channel is and asks for, in the order they were given.
    public var profiles: [ChannelProfile] { types.map { $0.profile } }

    public func profile(of channel: String) -> ChannelProfile? { types.first { $0.profile.name == channel }?.profile }

    /// The connector of an account. Refuses settings that cannot be right and names the field.
    public func connect(_ channel: String, _ settings: ChannelSettings) throws(Refusal) -> any Channel {
        guard let type = types.first(where: { $0.profile.name == channel }) else { throw Refusal(.invalid, "channel.unknown", ["channel": channel]) }
        do throws(SettingsProblem) { return try type.init(settings) } catch {
            throw Refusal(.invalid, "channel.setting-\(error.kind.rawValue)", ["field": error.field, "channel": type.profile.title])
        }
    }
}
