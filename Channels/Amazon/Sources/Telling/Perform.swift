// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import Vocabulary

extension AmazonConnector {
    /// Ships by `confirmShipment`, cancels and refunds by flat-file feeds. Amazon has no idempotency keys: a shipment
    /// is told from its repetition by its package number, a cancellation by the order's state, a refund by looking
    /// at the order's transactions and at the feeds of the last minutes first.
    public func perform(_ action: ChannelAction, idempotencyKey: String, _ access: Access) -> Exchange<ActionOutcome> {
        switch action {
        case .ship(let shipment): ship(shipment, access)
        case .cancel(let cancellation): cancel(cancellation, access)
        case .refund(let refund): self.refund(refund, access)
        }
    }
}
