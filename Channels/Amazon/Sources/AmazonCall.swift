// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// One call to the API, signed in. `read` gets the answer whatever its status is.
    func ask<Output: Sendable>(
        _ operation: Operation, _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [],
        body: JSONValue? = nil,
        isRepeatable: Bool = true, _ access: Access,
        answer: @escaping @Sendable (HTTPResponse) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        var headers: HTTPHeaders = [
            "accept": "application/json", Self.tokenHeader: access.token ?? "",
            "x-amz-date": Self.compactTime(access.now),
            "user-agent": "Tributary/1.0 (Language=Swift)",
        ]
        if body != nil { headers.add("content-type", "application/json") }
        let url = endpoint + path + (query.isEmpty ? "" : "?" + URLText.query(query))
        return Exchange(
            HTTPRequest(method, url, headers: headers, body: body?.bytes ?? []), cost: Cost(operation.rawValue),
            isRepeatable: isRepeatable,
            read: answer)
    }

    /// One call whose good answer is JSON; anything else becomes its failure.
    func call<Output: Sendable>(
        _ operation: Operation, _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [],
        body: JSONValue? = nil,
        isRepeatable: Bool = true, _ access: Access,
        read: @escaping @Sendable (JSON, Access) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        ask(
            operation, method, path, query: query, body: body, isRepeatable: isRepeatable, access,
            answer: { response throws(ChannelFailure) in
                try read(try AmazonAnswer.json(response, operation), access)
            })
    }

    /// The request with the token and the time of this moment: pages of orders come minutes apart and feeds take their time.
    public func admitted(_ request: HTTPRequest, _ access: Access) -> HTTPRequest {
        guard let token = access.token, request.headers[Self.tokenHeader] != nil else { return request }
        var request = request
        request.headers[Self.tokenHeader] = token
        request.headers["x-amz-date"] = Self.compactTime(access.now)
        return request
    }

    static let tokenHeader = "x-amz-access-token"

    /// `20261102T090000Z`, as `x-amz-date` has it.
    private static func compactTime(_ now: Instant) -> String {
        String(decoding: now.isoLocalSeconds.utf8.filter { $0 != 0x2D && $0 != 0x3A }, as: UTF8.self) + "Z"
    }
}

/// Runs a reader whose complaint is that the answer cannot be read.
func readable<Value>(_ read: () throws(Unreadable) -> Value) throws(ChannelFailure) -> Value {
    do throws(Unreadable) { return try read() } catch { throw .unreadable(error) }
}
