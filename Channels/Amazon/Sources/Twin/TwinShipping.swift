// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonTwin {
    /// `confirmShipment` (v0): the same package number is the same package; a new one for goods that are gone is refused.
    mutating func confirmShipment(_ id: String, _ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        guard let index = orderAt[id] else { return .error(404, "NotFound", "The requested order does not exist.") }
        guard let body = try? JSON.parse(request.body), body["marketplaceId"]?.string == marketplace.id,
            let detail = body["packageDetail"]
        else {
            return .invalid("packageDetail")
        }
        guard let reference = detail["packageReferenceId"]?.string, let number = Int(reference), number > 0 else {
            return .error(
                400, "InvalidInput",
                "PackageReferenceId: \(detail["packageReferenceId"]?.text ?? "") is invalid, must be a positive numeric value."
            )
        }
        guard let carrier = detail["carrierCode"]?.string, !carrier.isEmpty,
            carrier != "Other" || detail["carrierName"]?.string != nil
        else {
            return .invalid("carrierCode")
        }
        guard let tracking = detail["trackingNumber"]?.string,
            let shippedAt = detail["shipDate"]?.string.flatMap({ Instant(iso: $0) })
        else {
            return .invalid("trackingNumber, shipDate")
        }
        var items: [(line: Int, quantity: Int)] = []
        for item in (detail["orderItems"] ?? body).elements {
            guard let line = orders[index].line(item["orderItemId"]?.string) else {
                return .error(
                    400, "InvalidInput",
                    "OrderItemId is invalid, please obtain the value through the getOrderItems API or Manage Orders page")
            }
            guard let quantity = item["quantity"]?.integer, quantity > 0 else { return .invalid("quantity") }
            guard quantity <= Quantity.unitsMax else { return .invalid("quantity") }
            if let same = items.firstIndex(where: { $0.line == line }) {
                items[same].quantity += quantity
            } else {
                items.append((line, quantity))
            }
        }
        guard !items.isEmpty else { return .invalid("orderItems") }
        let name = carrier == "Other" ? detail["carrierName"]?.string ?? carrier : carrier
        var package = TwinOrder.Package(
            reference: reference, carrier: name, method: detail["shippingMethod"]?.string, tracking: tracking,
            shippedAt: shippedAt,
            createdAt: now, items: items)
        if let old = orders[index].packages.firstIndex(where: { $0.reference == reference }) {
            package.items = orders[index].packages[old].items
            package.createdAt = orders[index].packages[old].createdAt
            orders[index].packages[old] = package
            return HTTPResponse(204)
        }
        let isOpen = [.unshipped, .partlyShipped].contains(orders[index].status)
        guard isOpen,
            items.allSatisfy({ orders[index].lines[$0.line].shipped + $0.quantity <= orders[index].lines[$0.line].quantity }
            )
        else {
            return .error(
                400, "InvalidInput",
                "Failed to create package due to not finding a matching package or order already fulfilled. ErrorMessage(errorCode=GeneralError, errorMetric=PackageToUpdateNotFound)"
            )
        }
        ship(index, package, at: now)
        return HTTPResponse(204)
    }

    private mutating func ship(_ index: Int, _ package: TwinOrder.Package, at now: Instant) {
        var sold: [TwinTransaction.Item] = []
        for item in package.items {
            orders[index].lines[item.line].shipped += item.quantity
            let line = orders[index].lines[item.line]
            let goods = line.net.split(by: [Int64(item.quantity), Int64(line.quantity - item.quantity)])[0]
            sold.append(
                .init(
                    line: item.line, quantity: item.quantity, goods: goods, tax: .zero(currency), shipping: .zero(currency))
            )
        }
        orders[index].packages.append(package)
        orders[index].status = orders[index].lines.allSatisfy { $0.shipped >= $0.quantity } ? .shipped : .partlyShipped
        changed(index, at: now)
        post(.shipment, index, sold, at: now)
    }
}
