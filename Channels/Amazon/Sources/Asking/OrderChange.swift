// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// Reads what Amazon puts into the merchant's queue. `ORDER_CHANGE` names an order and says little of it: it is to
    /// be read again. Other topics say nothing that the hub acts on.
    public func facts(topic: String, body: [UInt8]) throws(Unreadable) -> [ChannelFact] {
        guard topic == "ORDER_CHANGE" else { return [] }
        let root: JSON
        do throws(JSONError) { root = try JSON.parse(body) } catch { throw .malformed("ORDER_CHANGE: \(error)") }
        guard root["NotificationType"]?.string ?? topic == topic else { throw .malformed("not an ORDER_CHANGE") }
        guard let notice = root["Payload"]?["OrderChangeNotification"] else {
            throw .missing(field: "Payload.OrderChangeNotification")
        }
        return [.orderChanged(orderID: try notice.required("AmazonOrderId"))]
    }
}
