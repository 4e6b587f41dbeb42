// SPDX-License-Identifier: Apache-2.0

import JSONText
import Vocabulary

extension TwinShop {
    func fulfillmentValue(_ field: String, of object: TwinObject, _ arguments: [String: JSONValue]) -> TwinValue {
        switch object {
        case .fulfillment(let order, let position): fulfillmentValue(field, order, position, arguments)
        case .fulfillmentLine(let order, let fulfillment, let position):
            fulfillmentLineValue(field, order, fulfillment, position)
        case .tracking(let tracking):
            .text(field == "company" ? tracking.company : field == "number" ? tracking.number : tracking.url)
        case .fulfillmentOrder(let order): fulfillmentOrderValue(field, order, arguments)
        case .assignedLocation:
            field == "name" ? .text(Self.locations[Self.mainLocation]) : .object(.location(Self.mainLocation))
        case .fulfillmentOrderLine(let order, let line): fulfillmentOrderLineValue(field, order, line)
        default: .null
        }
    }

    private func fulfillmentValue(_ field: String, _ order: Int, _ position: Int, _ arguments: [String: JSONValue])
        -> TwinValue
    {
        let fulfillment = orders[order].fulfillments[position]
        switch field {
        case "id": return .text(GlobalID.text(.fulfillment, String(fulfillment.id)))
        case "name": return .text("\(orders[order].name)-F\(position + 1)")
        case "createdAt": return .text(fulfillment.at.iso)
        case "status": return .text("SUCCESS")
        case "trackingInfo": return .list(fulfillment.tracking.map(TwinObject.tracking))
        case "fulfillmentLineItems":
            return page(of: fulfillment.lines.count, arguments) {
                .fulfillmentLine(order: order, fulfillment: position, $0)
            }
        default: return .null
        }
    }

    private func fulfillmentLineValue(_ field: String, _ order: Int, _ fulfillment: Int, _ position: Int) -> TwinValue {
        let line = orders[order].fulfillments[fulfillment].lines[position]
        switch field {
        case "id":
            return .text(
                GlobalID.text(
                    .fulfillmentLineItem, String(orders[order].fulfillments[fulfillment].id * 10 + Int64(position))))
        case "quantity": return .number(line.quantity)
        case "lineItem": return .object(.line(order: order, line.line))
        default: return .null
        }
    }

    private func fulfillmentOrderValue(_ field: String, _ order: Int, _ arguments: [String: JSONValue]) -> TwinValue {
        switch field {
        case "id": return .text(GlobalID.text(.fulfillmentOrder, String(FirstID.fulfillmentOrder + Int64(order))))
        case "status": return .text(fulfillmentOrderStatus(order))
        case "assignedLocation": return .object(.assignedLocation)
        case "lineItems":
            // Lines taken off before they were sent are no longer part of it.
            return page(of: orders[order].lines.count, arguments) { line in
                let total = self.orders[order].lines[line].fulfilled + self.orders[order].lines[line].open
                return total > 0 ? .fulfillmentOrderLine(order: order, line) : nil
            }
        default: return .null
        }
    }

    func fulfillmentOrderStatus(_ order: Int) -> String {
        if orders[order].lines.allSatisfy({ $0.open == 0 }) { return "CLOSED" }
        return orders[order].fulfillments.isEmpty ? "OPEN" : "IN_PROGRESS"
    }

    private func fulfillmentOrderLineValue(_ field: String, _ order: Int, _ position: Int) -> TwinValue {
        let line = orders[order].lines[position]
        switch field {
        case "id":
            let id = orders[order].firstLineID - FirstID.line + FirstID.fulfillmentOrderLine + Int64(position)
            return .text(GlobalID.text(.fulfillmentOrderLineItem, String(id)))
        case "totalQuantity": return .number(line.fulfilled + line.open)
        case "remainingQuantity": return .number(line.open)
        case "lineItem": return .object(.line(order: order, position))
        default: return .null
        }
    }
}
