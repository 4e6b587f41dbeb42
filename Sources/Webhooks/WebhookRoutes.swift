// SPDX-License-Identifier: Apache-2.0

import ChannelKit
public import ChannelSync
import HTTPTypes
public import Hummingbird
import NIOCore
import Vocabulary

/// The address that channels send their messages to.
public struct WebhookRoutes: Sendable {
    private let receiver: WebhookReceiver

    public init(_ receiver: WebhookReceiver) { self.receiver = receiver }

    public func addRoutes<Context: RequestContext>(to router: Router<Context>) {
        router.post("/hooks/{account}") { request, context in
            guard let account = context.parameters.get("account").flatMap({ ID<Vocabulary.AccountKind>(text: $0) }), try await receiver.knows(account)
            else {
                return Response(status: .notFound)
            }
            // Refused on its announcement: nobody waits for the bytes of a message that is not taken.
            if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > WebhookReceiver.bodyBytesMax {
                return Response(status: .init(code: await receiver.refuseTooLarge(for: account).rawValue))
            }
            let body: ByteBuffer
            do { body = try await request.body.collect(upTo: WebhookReceiver.bodyBytesMax) } catch is NIOTooManyBytesError {
                return Response(status: .init(code: await receiver.refuseTooLarge(for: account).rawValue))
            }
            let message = ChannelKit.HTTPRequest(
                .post, request.uri.string, headers: HTTPHeaders(request.headers.map { ($0.name.rawName, $0.value) }), body: Array(buffer: body))
            let answer = try await receiver.receive(message, for: account)
            return Response(status: .init(code: answer.rawValue))
        }
    }
}
