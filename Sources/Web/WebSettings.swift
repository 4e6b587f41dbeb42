// SPDX-License-Identifier: Apache-2.0

public import ChannelKit

/// Asks a shop whether the settings let the hub in, and whose shop it is.
public typealias ChannelTester = @Sendable (_ channel: String, _ settings: ChannelSettings) async throws -> ShopIdentity

/// Refuses settings that name a place the hub may not connect to.
public typealias SettingsCheck = @Sendable (ChannelSettings) throws -> Void

/// The knob of a demo: how fast its shops live.
public struct DemoControls: Sendable {
    public var speed: @Sendable () -> Double
    public var setSpeed: @Sendable (Double) -> Void

    public init(speed: @escaping @Sendable () -> Double, setSpeed: @escaping @Sendable (Double) -> Void) {
        self.speed = speed
        self.setSpeed = setSpeed
    }
}

/// What the console has to be told about the house it stands in.
public struct WebSettings: Sendable {
    /// True behind HTTPS: cookies get the `__Host-` prefix and `Secure`.
    public var cookieSecure: Bool
    /// Nil outside a demo.
    public var demo: DemoControls?
    public var productVersion: String
    /// A catalog's name: `en`.
    public var locale: String
    /// An IANA name; moments are shown in it.
    public var timeZone: String
    /// Up to how many units left are few.
    public var lowStockUnits: Int
    /// Nil where nothing can be asked; then the console offers no test.
    public var testChannel: ChannelTester?
    /// Asked before settings are kept, beside what the connector says of them.
    public var checkSettings: SettingsCheck?

    public init(
        cookieSecure: Bool, demo: DemoControls? = nil, productVersion: String, locale: String = "en", timeZone: String = "UTC",
        lowStockUnits: Int = 5,
        testChannel: ChannelTester? = nil, checkSettings: SettingsCheck? = nil
    ) {
        self.cookieSecure = cookieSecure
        self.demo = demo
        self.productVersion = productVersion
        self.locale = locale
        self.timeZone = timeZone
        self.lowStockUnits = lowStockUnits
        self.testChannel = testChannel
        self.checkSettings = checkSettings
    }
}
