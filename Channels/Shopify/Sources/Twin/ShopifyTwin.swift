// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

/// A look-alike of one Shopify shop: its GraphQL Admin API with cost bucket, errors and idempotency, its webhooks with
/// signature and retries, and the shop behind them. It knows the operations a hub needs; what it does not know it refuses
/// with Shopify's own words.
public struct ShopifyTwin: ChannelTwin {
    /// A token that lasts, as an app made in the shop's admin has it.
    public static let accessToken = "shpat_twin_0c4f7a1be5d2"
    static let limit = RateLimit("graphql", pointsPerSecond: 100, burst: 2000)
    /// One call may not ask for more.
    static let costMax = 1000

    var shop: TwinShop
    private var bucket: RateBucket
    private var documents: [String: GraphQLOperation] = [:]
    /// Tokens of the installed app and when they end.
    var tokens: [String: Instant] = [:]
    var tokensMade = 0

    /// A shop with the seed's articles on its first location, no orders and nobody listening.
    public init(_ seed: TwinSeed) {
        shop = TwinShop(seed)
        bucket = RateBucket(Self.limit, at: seed.start)
    }

    /// What the first location has available, by SKU; below nothing where an order was taken in regardless.
    public var shelf: [String: Int] {
        Dictionary(shop.articles.map { ($0.seed.sku, $0.available) }, uniquingKeysWith: { first, _ in first })
    }

    public func shown(_ sku: String) -> Int? { shop.articles.first { $0.seed.sku == sku }?.available }

    /// Address and app of this shop; the location is left to be asked for.
    public func settings(reachableAt address: String) -> ChannelSettings {
        ChannelSettings([
            "address": address, "clientID": Self.clientID, "clientSecret": Self.clientSecret, "webhookSecret": TwinShop.webhookSecret,
        ])
    }

    /// A sale, a cancellation, a refund, a payment or a count typed in, as in Shopify's own pages.
    public mutating func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome {
        shop.settle(at: now)
        return shop.perform(act, at: now)
    }

    /// Messages due by now, oldest first, each once until `delivered` says that it failed.
    public mutating func departures(at now: Instant) -> [TwinWebhook] {
        shop.settle(at: now)
        return shop.hooks.departures(at: now)
    }

    /// A status from 200 to 299 ends a delivery; anything else, or nil, repeats it by Shopify's rule.
    public mutating func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) {
        shop.hooks.delivered(webhook, status: status, at: now)
    }

    /// Answers `POST /admin/api/2026-07/graphql.json` and grants tokens; 401 for a wrong or ended token, 404 for any other path.
    public mutating func respond(to request: HTTPRequest, at now: Instant) -> HTTPResponse {
        shop.settle(at: now)
        if request.path == "/admin/oauth/access_token", request.method == .post { return grant(request, at: now) }
        guard request.path == "/admin/api/2026-07/graphql.json" else {
            return plain(404, ["errors": "Not Found"], at: now)
        }
        guard request.method == .post else { return plain(406, ["errors": "Not Acceptable"], at: now) }
        guard admits(request.headers[ShopifyConnector.tokenHeader], at: now) else {
            return plain(
                401, ["errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"], at: now
            )
        }
        guard let body = try? JSON.parse(request.body), let text = body["query"]?.string else {
            return plain(400, ["errors": ["query": "Required parameter missing or invalid"]], at: now)
        }
        let operation: GraphQLOperation
        do throws(GraphQLSyntaxError) { operation = try read(text, body["operationName"]?.string) } catch {
            let place: JSONValue = ["line": .integer(error.line), "column": .integer(error.column)]
            return plain(200, ["errors": [["message": .string(error.message), "locations": [place]]]], at: now)
        }
        var variables: [String: JSONValue] = [:]
        for member in body["variables"]?.members ?? [] { variables[member.name] = member.value.value }
        let check = GraphQLCheck(operation, variables: variables)
        guard check.errors.isEmpty else { return plain(200, ["errors": .array(check.errors)], at: now) }
        return run(operation, variables, cost: check.cost, at: now)
    }

    /// Documents come again and again: each is read once.
    private mutating func read(_ text: String, _ name: String?) throws(GraphQLSyntaxError) -> GraphQLOperation {
        let key = "\(name ?? "")\n\(text)"
        if let known = documents[key] { return known }
        let operation = try GraphQLReader.read(text, operation: name)
        if documents.count >= 64 { documents.removeAll() }
        documents[key] = operation
        return operation
    }

    private mutating func run(
        _ operation: GraphQLOperation, _ variables: [String: JSONValue], cost: Int, at now: Instant
    ) -> HTTPResponse {
        if cost > Self.costMax {
            let said = "Query cost is \(cost), which exceeds the single query max cost limit (\(Self.costMax))."
            let extensions: JSONValue = [
                "code": "MAX_COST_EXCEEDED", "cost": .integer(cost), "maxCost": .integer(Self.costMax),
            ]
            return plain(200, ["errors": [["message": .string(said), "extensions": extensions]]], at: now)
        }
        if bucket.take(Double(cost), at: now) != nil {
            let extensions: JSONValue = [
                "code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits",
            ]
            let answer: JSONValue = [
                "errors": [["message": "Throttled", "extensions": extensions]],
                "extensions": self.extensions(requested: cost, actual: nil),
            ]
            return plain(200, answer, at: now)
        }
        var run = GraphQLRun(operation, variables: variables)
        var data: [JSONValue.Member] = []
        var errors: [JSONValue] = []
        for field in run.rootFields() {
            if operation.isMutation {
                run.add(10)
                mutate(field, &run, &data, &errors, at: now)
            } else {
                let value = shop.root(field.name, run.arguments(field), at: now.seconds)
                data.append(.init(field.alias, run.answer(value, field, in: shop)))
            }
        }
        let actual = min(max(run.cost, 1), cost)
        bucket.giveBack(Double(cost - actual))
        var answer: JSONValue = [:]
        if !errors.isEmpty { answer.add("errors", .array(errors)) }
        answer.add("data", .object(data))
        answer.add("extensions", extensions(requested: cost, actual: actual))
        return plain(200, answer, at: now)
    }

    private mutating func mutate(
        _ field: GraphQLField, _ run: inout GraphQLRun, _ data: inout [JSONValue.Member], _ errors: inout [JSONValue],
        at now: Instant
    ) {
        let directive = field.directives.first { $0.name == "idempotent" }
        let key = directive?.arguments.first { $0.name == "key" }?.value.value(run.variables)
        switch shop.mutate(field.name, run.arguments(field), key: TwinShop.text(key), at: now) {
        case .payload(let object):
            data.append(.init(field.alias, run.answer(object, field.selection, in: shop)))
        case .error(let message, let code):
            data.append(.init(field.alias, .null))
            let place: JSONValue = ["line": .integer(field.line), "column": .integer(field.column)]
            errors.append([
                "message": .string(message), "locations": [place], "extensions": ["code": .string(code)],
                "path": [.string(field.alias)],
            ])
        }
    }

    private func extensions(requested: Int, actual: Int?) -> JSONValue {
        let left = Int(bucket.points.rounded(.down))
        let status: JSONValue = [
            "maximumAvailable": .number("2000.0"), "currentlyAvailable": .integer(left),
            "restoreRate": .number("100.0"),
        ]
        let cost: JSONValue = [
            "requestedQueryCost": .integer(requested), "actualQueryCost": actual.map { .integer($0) } ?? .null,
            "throttleStatus": status,
        ]
        return ["cost": cost]
    }

    mutating func plain(_ status: Int, _ body: JSONValue, at now: Instant) -> HTTPResponse {
        let headers: HTTPHeaders = [
            "Content-Type": "application/json; charset=utf-8", "X-Request-Id": shop.uuid(),
            "X-Shopify-API-Version": "2026-07",
        ]
        return HTTPResponse(status, headers: headers, body: body.bytes)
    }
}
