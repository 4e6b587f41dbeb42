// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// One call of the API. An answer with `errors` is a failure unless `mend` knows what to do about it.
    func call<Output: Sendable>(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, isRepeatable: Bool = true,
        mend: @escaping @Sendable (SquareProblem) throws(ChannelFailure) -> Reply<Output>? = { _ in nil },
        read: @escaping @Sendable (JSON) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        var headers: HTTPHeaders = [
            "Authorization": "Bearer \(accessToken)", "Square-Version": Self.profile.apiVersion, "Accept": "application/json",
            "User-Agent": "Tributary",
        ]
        if body != nil { headers.add("Content-Type", "application/json") }
        let request = HTTPRequest(method, address + path, headers: headers, body: body?.bytes ?? [])
        return Exchange(request, isRepeatable: isRepeatable) { response throws(ChannelFailure) in
            switch SquareAnswer(response) {
            case .said(let json): return try read(json)
            case .unreadable(let why): throw .unreadable(why)
            case .problem(let problem):
                if let reply = try mend(problem) { return reply }
                throw problem.failure
            }
        }
    }

    /// A key of a service that takes 45 characters at most, the same for the same parts.
    static func shortKey(_ parts: String...) -> String {
        ByteText.hex(Signature.sha256(Array(parts.joined(separator: "\n").utf8)).prefix(20))
    }
}
