// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import TestSupport
import Vocabulary
import WooCommerceChannel

/// One exchange with the real WooCommerce 11.0.1.
struct Recording: Sendable {
    var name: String
    var method: String
    var path: String
    var query: [(String, String)]
    var scheme: String
    var requestBody: JSON?
    var response: HTTPResponse
    /// Nil for a body that is no JSON.
    var body: JSON?
    var json: JSON

    /// All of them in their order; nil where the specifications are not at hand.
    static func all() throws -> [Recording]? { try loaded.get() }
    private static let loaded = Result { try load() }

    private static func load() throws -> [Recording]? {
        guard let folder = OutsideMaterial.specs("woocommerce/recorded-11.0.1") else { return nil }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".json") && $0.first?.isNumber == true
        }.sorted()
        return try files.map { try Recording(folder.appendingPathComponent($0)) }
    }

    static func named(_ number: String) throws -> Recording? { try all()?.first { $0.name.hasPrefix(number + "-") } }

    private init(_ file: URL) throws {
        json = try JSON.parse(Array(try Data(contentsOf: file)))
        guard let request = json["request"], let answer = json["response"], let body = answer["body"] else {
            throw Missing()
        }
        name = json["name"]?.string ?? ""
        method = request["method"]?.string ?? ""
        path = request["path"]?.string ?? ""
        scheme = request["scheme"]?.string ?? ""
        query =
            (request["query"]?.elements.map { pair in
                let parts = Array(pair.elements)
                return (parts.first?.text ?? "", parts.last?.text ?? "")
            }) ?? []
        requestBody = request["body"].flatMap { $0.isNull ? nil : $0 }
        var headers: HTTPHeaders = [:]
        for pair in answer["headers"]?.elements.map({ Array($0.elements) }) ?? [] where pair.count == 2 {
            headers.add(pair[0].string ?? "", pair[1].string ?? "")
        }
        let bytes = body.kind == .string ? Array((body.string ?? "").utf8) : body.value.bytes
        response = HTTPResponse(answer["status"]?.integer ?? 0, headers: headers, body: bytes)
        self.body = body.kind == .string ? nil : body
    }

    /// The path below the version, in parts.
    var parts: [String] { path.split(separator: "/").dropFirst(3).map { String($0) } }
}

/// One delivery of the real WooCommerce.
struct RecordedWebhook: Sendable {
    var name: String
    var secret: String
    var request: HTTPRequest
    var isPing: Bool

    static func all() throws -> [RecordedWebhook]? { try loaded.get() }
    private static let loaded = Result { try load() }

    private static func load() throws -> [RecordedWebhook]? {
        guard let folder = OutsideMaterial.specs("woocommerce/recorded-11.0.1/webhooks") else { return nil }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
            .sorted()
        return try files.map { try RecordedWebhook(folder.appendingPathComponent($0)) }
    }

    private init(_ file: URL) throws {
        let json = try JSON.parse(Array(try Data(contentsOf: file)))
        guard let request = json["request"], let text = request["body_base64"]?.string,
            let body = ByteText.bytes(base64: text)
        else { throw Missing() }
        var headers: HTTPHeaders = [:]
        for pair in request["headers"]?.elements.map({ Array($0.elements) }) ?? [] where pair.count == 2 {
            headers.add(pair[0].string ?? "", pair[1].string ?? "")
        }
        name = json["name"]?.string ?? ""
        secret = json["secret"]?.string ?? ""
        self.request = HTTPRequest(.post, request["path"]?.string ?? "/", headers: headers, body: body)
        isPing = name.hasSuffix("-ping")
    }
}
