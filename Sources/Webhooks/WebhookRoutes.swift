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
    private let publicAddress: String

    /// - Parameter publicAddress: where channels reach the hub. Some sign the address they sent to with the message, and a proxy in between
    ///   may have changed what the request says of it.
    public init(_ receiver: WebhookReceiver, publicAddress: String) {
        self.receiver = receiver
        self.publicAddress = publicAddress
    }

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
            let query = request.uri.query.map { "?\($0)" } ?? ""
            let message = ChannelKit.HTTPRequest(
                .post, publicAddress + SyncEngine.webhookPath(of: account) + query,
                headers: HTTPHeaders(request.headers.map { ($0.name.rawName, $0.value) }), body: Array(buffer: body))
            let answer = try await receiver.receive(message, for: account)
            return Response(status: .init(code: answer.rawValue))
        }
    }
}
