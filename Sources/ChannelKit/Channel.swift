// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A connector: turns the hub's wishes into requests and the channel's answers and messages into values.
///
/// It does no I/O and keeps no state, knows no clock and no chance: everything comes in as arguments. Paging, retry,
/// back-off, rate budgets, storage of secrets and transport belong to the engine. So the same connector runs against
/// the real service, against its twin over HTTP, and inside the simulator.
///
/// Exchanges throw only `ChannelFailure`. Lists may be longer than one request takes: the connector never sees more
/// than `abilities.quantityBatchMax` pushes at once.
public protocol Channel: Sendable {
    /// What is known of the channel without an account.
    static var profile: ChannelProfile { get }

    /// Checks that the settings are complete and well formed; says which field is not.
    init(_ settings: ChannelSettings) throws(SettingsProblem)

    /// The exchange that gets an access token, or nil for a channel whose credentials never change.
    func signIn(at now: Instant) -> Exchange<AccessToken>?

    /// The request as it is let in at this moment. The engine asks before each sending: a chain of requests may outlive the
    /// token, or the time of the signature, that its links were made with.
    func admitted(_ request: HTTPRequest, _ access: Access) -> HTTPRequest

    /// Whether the credentials work, and whose shop it is.
    func test(_ access: Access) -> Exchange<ShopIdentity>

    /// Every sellable article, or those changed since the moment where the channel can tell.
    func listings(changedSince: Instant?, _ access: Access) -> Exchange<[ChannelListing]>

    /// What happened to orders in the window, oldest first. The engine overlaps its windows and takes repetitions in its stride.
    func orders(changedFrom: Instant, to: Instant, _ access: Access) -> Exchange<[ChannelFact]>

    /// One order as it stands now.
    func order(_ externalID: String, _ access: Access) -> Exchange<[ChannelFact]>

    /// Makes the channel send its messages to the address, and mends subscriptions it has switched off. Nil: it has no webhooks.
    func subscribe(to address: String, _ access: Access) -> Exchange<Void>?

    /// Checks a message's signature over its raw bytes, in constant time, before anything is parsed.
    func receive(_ request: HTTPRequest, at now: Instant) throws(WebhookRefusal) -> WebhookDelivery

    /// What a stored message says.
    func facts(topic: String, body: [UInt8]) throws(Unreadable) -> [ChannelFact]

    /// Sets quantities, or moves them where `abilities.quantityWrite` is `.delta`. `idempotencyKey` is the same for every try of the same pushes.
    func publish(_ pushes: [QuantityPush], idempotencyKey: String, _ access: Access) -> Exchange<[QuantityOutcome]>

    /// What the channel shows for these listings now.
    func quantities(of keys: [ListingKey], _ access: Access) -> Exchange<[ChannelFact]>

    /// Ships, cancels or refunds. `idempotencyKey` is the same for every try of the same action, and the connector makes
    /// sure, by the channel's own means or by looking first, that two tries are one action.
    func perform(_ action: ChannelAction, idempotencyKey: String, _ access: Access) -> Exchange<ActionOutcome>

    /// What an answer says about the channel's rate limits. `cost` is the cost that the exchange declared.
    func rates(in response: HTTPResponse, cost: Cost) -> [RateReading]
}

extension Channel {
    /// Nothing to renew.
    public func admitted(_ request: HTTPRequest, _ access: Access) -> HTTPRequest { request }
}

/// What a channel is and can do, without an account.
public struct ChannelProfile: Sendable {
    /// Stable, lower case: `shopify`.
    public var name: String
    /// The brand's own spelling: `Shopify`.
    public var title: String
    public var apiVersion: String
    public var credentials: [CredentialField]
    public var limits: [RateLimit]
    public var abilities: Abilities
    public init(name: String, title: String, apiVersion: String, credentials: [CredentialField], limits: [RateLimit], abilities: Abilities) {
        self.name = name
        self.title = title
        self.apiVersion = apiVersion
        self.credentials = credentials
        self.limits = limits
        self.abilities = abilities
    }
}

/// How a channel takes a quantity, which decides how much may be oversold between two pushes.
public enum QuantityWrite: String, Hashable, Sendable {
    /// A set that does nothing when something else stands there than we believed.
    case compareAndSet
    /// A push moves the count by the difference between what is wanted and what was believed (`QuantityPush.expected`, never nil for such a
    /// channel), whatever stands there; the channel adds it atomically, and once for its key. Acknowledged is what stands there afterwards.
    case delta
    /// A set that overwrites whatever stands there, also units sold a moment ago.
    case blind

    /// A push changes what may be sold there by a difference that is known before it is sent.
    public var movesByDifference: Bool { self != .blind }
}

public struct Abilities: Hashable, Sendable {
    public var webhooks: Bool
    /// Whether a push compares, overwrites or moves: with it goes what `QuantityPush.expected` has to be and what an acknowledgement says.
    public var quantityWrite: QuantityWrite
    /// The most quantities one `publish` takes.
    public var quantityBatchMax: Int
    /// How many requests quantities take where it is not one for all of a batch: one each, or so many for however many there are; nil: one.
    public var quantityBulkRequests: Int?
    /// The channel lowers its own count when it sells.
    public var lowersOwnStock: Bool
    public var partialShipment: Bool
    public var cancel: Bool
    public var refund: Bool
    /// How far behind the present a poll's window has to end (Amazon: two minutes).
    public var pollHorizon: Span
    /// How often to poll when webhooks work, and how much windows overlap.
    public var pollEvery: Span
    public var pollOverlap: Span
    public init(
        webhooks: Bool, quantityWrite: QuantityWrite, quantityBatchMax: Int, quantityBulkRequests: Int? = nil, lowersOwnStock: Bool,
        partialShipment: Bool, cancel: Bool, refund: Bool, pollHorizon: Span, pollEvery: Span, pollOverlap: Span
    ) {
        self.webhooks = webhooks
        self.quantityWrite = quantityWrite
        self.quantityBatchMax = quantityBatchMax
        self.quantityBulkRequests = quantityBulkRequests
        self.lowersOwnStock = lowersOwnStock
        self.partialShipment = partialShipment
        self.cancel = cancel
        self.refund = refund
        self.pollHorizon = pollHorizon
        self.pollEvery = pollEvery
        self.pollOverlap = pollOverlap
    }
}

/// One thing a merchant types in to connect. Its label and hint are in the message catalogs under `channel.<name>.<field>`.
public struct CredentialField: Hashable, Sendable {
    public var name: String
    public var isSecret: Bool
    public var isRequired: Bool
    /// What it is when left empty.
    public var preset: String?
    public init(_ name: String, isSecret: Bool = false, isRequired: Bool = true, preset: String? = nil) {
        self.name = name
        self.isSecret = isSecret
        self.isRequired = isRequired
        self.preset = preset
    }
}

/// What the merchant typed in, by field name.
public struct ChannelSettings: Hashable, Sendable {
    public var values: [String: String]
    public init(_ values: [String: String]) { self.values = values }
    public subscript(field: String) -> String? { values[field].flatMap { $0.isEmpty ? nil : $0 } }

    /// The value, or the problem that it is missing.
    public func required(_ field: String) throws(SettingsProblem) -> String {
        guard let value = self[field] else { throw SettingsProblem(field: field, kind: .missing) }
        return value
    }
}

/// How settings say yes and no.
public enum SettingsWords {
    /// Nil for anything but `true` and `false`.
    public static func truth(_ text: String) -> Bool? { text == "true" ? true : text == "false" ? false : nil }
}

/// Which field of the settings cannot be right.
public struct SettingsProblem: Error, Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable { case missing, malformed }
    public var field: String
    public var kind: Kind
    public init(field: String, kind: Kind) {
        self.field = field
        self.kind = kind
    }
}

/// What a request may show to be let in, and the moment it is made at.
public struct Access: Hashable, Sendable {
    /// Nil for channels that need no sign-in.
    public var token: String?
    public var now: Instant
    /// Fresh and unguessable for each request (OAuth nonces).
    public var nonce: String
    /// What the connector last asked to be remembered for the account (`Exchange.note`); nil: nothing, or too long ago.
    public var note: String?
    public init(token: String?, now: Instant, nonce: String, note: String? = nil) {
        self.token = token
        self.now = now
        self.nonce = nonce
        self.note = note
    }
}

public struct AccessToken: Hashable, Sendable {
    public var text: String
    public var expiresAt: Instant
    public init(_ text: String, expiresAt: Instant) {
        self.text = text
        self.expiresAt = expiresAt
    }
}

/// Whose shop answered the test.
public struct ShopIdentity: Hashable, Sendable {
    public var name: String
    public var currency: Currency?
    /// Where stock is set, for channels with several places (Shopify's location).
    public var place: String?
    public init(name: String, currency: Currency? = nil, place: String? = nil) {
        self.name = name
        self.currency = currency
        self.place = place
    }
}
