// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import HTTPTypes
import Hummingbird
import NIOCore

/// Hummingbird's requests and answers as values.
enum HTTPServing {
    /// Nil when the method is none of ours.
    static func value(of request: Request, bodyBytesMax: Int) async throws -> ChannelKit.HTTPRequest? {
        guard let method = ChannelKit.HTTPRequest.Method(rawValue: request.method.rawValue) else { return nil }
        var headers = HTTPHeaders(request.headers.map { ($0.name.rawName, $0.value) })
        if let host = request.head.authority, headers["Host"] == nil { headers.add("Host", host) }
        let body = try await request.body.collect(upTo: bodyBytesMax)
        return ChannelKit.HTTPRequest(method, request.uri.string, headers: headers, body: Array(buffer: body))
    }

    static func answer(_ response: ChannelKit.HTTPResponse) -> Response {
        var headers = HTTPFields()
        for line in response.headers.lines {
            if let name = HTTPField.Name(line.name) { headers.append(HTTPField(name: name, value: line.value)) }
        }
        return Response(status: .init(code: response.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: response.body)))
    }
}
