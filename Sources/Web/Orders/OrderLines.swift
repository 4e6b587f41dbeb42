// SPDX-License-Identifier: Apache-2.0

import Catalog
import Journal
import Orders
import Vocabulary

/// The parts of an order's page that show facts: lines, money, parcels, refunds, what the channel was told.
enum OrderLines {
    static func lines(_ detail: OrderDetail, draft: OrderDraft, _ words: Words) -> [OrderDetailPage.Line] {
        let currency = detail.order.header.currency
        return detail.order.lines.enumerated().map { position, line in
            let fold = detail.fold.lines[position]
            let variant = line.variant.flatMap { detail.variants[$0] }
            let holds = detail.holds.filter { $0.line == position }
            let places = holds.map { hold -> String in
                let values = ["count": words.format.number(hold.units), "place": hold.location, "sku": detail.variants[hold.variant]?.sku.text ?? ""]
                return words(hold.variant == line.variant ? "order.held-at" : "order.component-held-at", values)
            }
            let short = detail.shortages.filter { $0.line == position }.reduce(0) { $0 + $1.units }
            let typed = draft.form == "map" && draft.fields["position"] == String(position) ? draft.fields["sku"] : line.sku ?? ""
            return OrderDetailPage.Line(
                title: line.title, sku: variant?.sku.text, skuHref: variant.map { Site.product($0.sku) },
                listed: line.sku ?? line.variantKey ?? line.externalID,
                unitPrice: Money(line.unitPrice, currency).map(words.format.money) ?? line.unitPrice,
                net: words.format.money(Money(minor: line.net, currency)),
                ordered: words.format.number(line.ordered), shipped: words.format.number(fold.shipped),
                removed: words.format.number(fold.removed + fold.writtenOff),
                returned: words.format.number(fold.returned), places: places, short: short > 0 ? words.count("order.short", short) : nil,
                mapping: line.variant == nil && line.ordered > 0
                    ? OrderDetailPage.Mapping(
                        action: "\(Site.order(detail.order.id))/lines", field: typed, position: position, key: draft.key(of: "map")) : nil)
        }
    }

    static func amounts(_ detail: OrderDetail, _ words: Words) -> [OrderDetailPage.Amount] {
        let header = detail.order.header
        func amount(_ key: String, _ minor: Int64, total: Bool = false) -> OrderDetailPage.Amount {
            OrderDetailPage.Amount(label: words("money.\(key)"), value: words.format.money(Money(minor: minor, header.currency)), isTotal: total)
        }
        let goods = detail.order.lines.reduce(0) { $0 + $1.net }
        let tax = detail.order.lines.reduce(header.tax) { $0 + $1.tax }
        let difference = header.total - goods - tax - header.shipping - header.fees
        var amounts = [amount("goods", goods), amount("shipping", header.shipping)]
        if header.fees != 0 { amounts.append(amount("fees", header.fees)) }
        amounts.append(amount("tax", tax))
        if difference != 0 { amounts.append(amount("difference", difference)) }
        amounts.append(amount("total", header.total, total: true))
        if detail.fold.refunded != 0 {
            amounts.append(amount("refunded", -detail.fold.refunded))
            amounts.append(amount("left", header.total - detail.fold.refunded, total: true))
        }
        return amounts
    }

    static func parcel(_ shipment: Shipment, _ order: Order, _ facts: OrderFacts, _ words: Words) -> OrderDetailPage.Parcel {
        OrderDetailPage.Parcel(
            when: words.format.moment(shipment.at), what: units(shipment.lines.map { ($0.lineID, $0.units) }, order, words),
            tracking: shipment.tracking.map { tracking in
                let text = [tracking.carrier, tracking.number].filter { !$0.isEmpty }.joined(separator: " ")
                return OrderDetailPage.Tracking(text: text, href: tracking.url.flatMap { $0.hasPrefix("https://") ? $0 : nil })
            },
            source: OrderWords.actor(shipment.source, accounts: facts.accounts, words), isCancelled: shipment.isCancelled)
    }

    static func moneyBack(_ refund: Refund, _ order: Order, _ facts: OrderFacts, _ words: Words) -> OrderDetailPage.MoneyBack {
        let parts = refund.lines.map { line -> String in
            let title = order.lines.first { $0.externalID == line.lineID }?.title ?? line.lineID
            return words("refund.line.\(line.disposition.rawValue)", ["count": words.format.number(line.units), "title": title])
        }
        return OrderDetailPage.MoneyBack(
            when: words.format.moment(refund.at), total: words.format.money(Money(minor: refund.total, order.header.currency)),
            what: parts.isEmpty ? words("refund.money-only") : parts.joined(separator: words("format.list")),
            source: OrderWords.actor(refund.source, accounts: facts.accounts, words))
    }

    static func units(_ lines: [(String, Int)], _ order: Order, _ words: Words) -> String {
        lines.map { id, units in
            words("order.units-of", ["count": words.format.number(units), "title": order.lines.first { $0.externalID == id }?.title ?? id])
        }.joined(separator: words("format.list"))
    }

    static func action(_ job: JobReport, order: ID<OrderKind>, _ words: Words) -> OrderDetailPage.Action {
        let tone = job.state == .done ? "good" : job.state == .parked ? "bad" : "busy"
        return OrderDetailPage.Action(
            name: words("action.\(job.key.split(separator: ":").first ?? "ship")"), state: Badge(tone: tone, label: words("job.\(job.state)")),
            reason: job.reason.isEmpty ? nil : ProblemWords.say(kept: job.reason, words),
            replay: job.state == .parked ? "\(Site.order(order))/actions/\(job.number)/replay" : nil)
    }
}
