// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
import Ledger
import Vocabulary

/// Carries stock and money from what was posted of an order to what is now known of it: the one way for imports,
/// shipments, cancellations and refunds, so that none can forget a leg and doing any of them twice moves nothing.
struct OrderSettlement {
    var transfers: [Transfer] = []
    /// Units that left though nobody had them.
    var found = 0
    /// Units held for it that are nowhere.
    var short = 0
    /// What the channel's buyers claim more than was known, or less.
    var claims: [ChannelClaim] = []
    /// What mostly happened: the posting's verb.
    var verb = "change"

    init(_ record: OrderRecord, fold: OrderFold, sheet: inout StockSheet, bundles: BundleContents, locations: [ID<LocationKind>]) {
        let order = record.order
        var wanted: [(claim: StockSheet.Claim, units: Int)] = []
        for (position, line) in order.lines.enumerated() {
            guard let variant = line.variant else { continue }
            let posted = position < record.postedLines.count ? record.postedLines[position] : OrderRecord.PostedLine()
            // What leaves the channel's own warehouse was never on a shelf of ours.
            guard !order.header.isFulfilledByChannel else { continue }
            let stored = position < record.stored.lines.count ? record.stored.lines[position] : nil
            note(fold.lines[position], posted, line, stored: stored, record)
            for part in bundles.shelfUnits(of: variant, units: 1) {
                let claim = StockSheet.Claim(order.id, line: position, part.component)
                move(fold.lines[position], posted, claim, times: part.units, &sheet, locations)
                wanted.append((claim, fold.lines[position].toHold * part.units))
            }
        }
        let held = sheet.hold(wanted, from: locations)
        transfers += held
        short = wanted.reduce(0) { $0 + (sheet.short[$1.claim] ?? 0) }
        let money = MoneyAccounts.transfers(from: record.postedMoney, to: fold.money, order.header.currency, order.account)
        transfers += money
        if record.isNew { verb = "order" } else if order.cancelledAt != nil, record.stored.cancelledAt == nil { verb = "cancel" }
    }

    private mutating func note(
        _ fold: OrderFold.Line, _ posted: OrderRecord.PostedLine, _ line: Order.Line, stored: Order.Line?, _ record: OrderRecord
    ) {
        guard let key = line.variantKey else { return }
        // A line that was not mapped to an article claimed nothing.
        let left = stored.flatMap { $0.variant == nil ? nil : $0.ordered - posted.removed - posted.returned } ?? 0
        // Some shops put back all of an order that is cancelled, also what has left the house already.
        let before = record.stored.cancelledAt == nil ? left : 0
        let now = record.order.cancelledAt == nil ? fold.ordered - fold.removed - fold.returned : 0
        guard record.isNew else {
            // Of what an order gains later nobody knows since when.
            if now != before { claims.append(ChannelClaim(account: record.order.account, variantKey: key, units: now - before, placedAt: nil)) }
            return
        }
        // Taken when it was placed, and since then given back in part or whole.
        let placedAt = record.order.header.placedAt
        if fold.ordered > 0 { claims.append(ChannelClaim(account: record.order.account, variantKey: key, units: fold.ordered, placedAt: placedAt)) }
        if now < fold.ordered {
            claims.append(ChannelClaim(account: record.order.account, variantKey: key, units: now - fold.ordered, placedAt: nil))
        }
    }

    private mutating func move(
        _ fold: OrderFold.Line, _ posted: OrderRecord.PostedLine, _ claim: StockSheet.Claim, times units: Int, _ sheet: inout StockSheet,
        _ locations: [ID<LocationKind>]
    ) {
        let left = fold.shipped - posted.shipped
        let back = fold.returned - posted.returned
        let lost = fold.writtenOff - posted.writtenOff
        // What was thought lost and was not is on the shelf first: it may be what has left.
        if lost < 0, let location = locations.first {
            transfers += (try? sheet.change(-lost * units, of: claim.variant, at: location, against: StockAccounts.adjustments)) ?? []
        }
        // A parcel called back turns into units that never left: only the difference at the buyer's moves.
        let (out, home) = left >= 0 && back >= 0 ? (left, back) : (max(0, left - back), max(0, back - left))
        if out > 0 {
            let (moved, found) = sheet.ship(out * units, of: claim, from: locations)
            transfers += moved
            self.found += found
            verb = "ship"
        }
        if home > 0, let location = locations.first {
            transfers += sheet.restock(home * units, of: claim.variant, at: location)
            verb = "return"
        }
        if lost > 0 {
            // It has to be held before it can be lost, whatever news came first.
            transfers += sheet.hold([(claim, max(sheet.promised(to: claim), lost * units))], from: locations)
            transfers += sheet.writeOff(lost * units, of: claim, from: locations)
            verb = "write-off"
        }
    }
}
