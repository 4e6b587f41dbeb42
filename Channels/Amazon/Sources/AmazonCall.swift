// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
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
            "accept": "application/json", "x-amz-access-token": access.token ?? "",
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

    /// One call whose good answer is JSON; anything else becomes its failure. `read` also gets the access that worked.
    ///
    /// `renews` is for the later links of a chain: pages of orders come three minutes apart and feeds take their time, so
    /// a chain can outlive its token. Starting all over would then never end, so it signs in anew and goes on. A first
    /// link leaves that to the engine, which keeps the token.
    func call<Output: Sendable>(
        _ operation: Operation, _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [],
        body: JSONValue? = nil,
        isRepeatable: Bool = true, renews: Bool = false, _ access: Access,
        read: @escaping @Sendable (JSON, Access) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        ask(
            operation, method, path, query: query, body: body, isRepeatable: isRepeatable, access,
            answer: { response throws(ChannelFailure) in
                if renews, case .unauthorized? = AmazonAnswer.failure(response, operation) {
                    return .then(
                        renewed(access) {
                            call(
                                operation, method, path, query: query, body: body, isRepeatable: isRepeatable, $0,
                                read: read)
                        })
                }
                return try read(try AmazonAnswer.json(response, operation), access)
            })
    }

    /// Signs in within a chain and goes on with the new access.
    func renewed<Output: Sendable>(_ access: Access, then: @escaping @Sendable (Access) -> Exchange<Output>) -> Exchange<
        Output
    > {
        let request = signInRequest
        return Exchange(request, cost: Cost(Operation.token.rawValue)) { response throws(ChannelFailure) in
            var fresh = access
            fresh.token = try Self.token(in: response, at: access.now).text
            return .then(then(fresh))
        }
    }

    /// `20261102T090000Z`, as `x-amz-date` has it.
    private static func compactTime(_ now: Instant) -> String {
        String(decoding: now.isoLocalSeconds.utf8.filter { $0 != 0x2D && $0 != 0x3A }, as: UTF8.self) + "Z"
    }
}

/// Runs a reader whose complaint is that the answer cannot be read.
func readable<Value>(_ read: () throws(Unreadable) -> Value) throws(ChannelFailure) -> Value {
    do throws(Unreadable) { return try read() } catch { throw .unreadable(error) }
}
