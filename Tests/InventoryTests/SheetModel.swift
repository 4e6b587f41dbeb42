// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import Vocabulary

/// A sheet beside the books: every transfer that the rules tell is kept account by account, and both must agree.
struct SheetModel {
    static let mug = ID<VariantKind>(1)
    static let tin = ID<VariantKind>(2)
    static let main = ID<LocationKind>(1)
    static let shop = ID<LocationKind>(2)
    static let variants = [mug, tin]
    static let locations = [main, shop]

    var sheet: StockSheet
    private(set) var books: [Account: Int64] = [:]

    init(_ units: [StockSheet.Place: Int]) {
        sheet = StockSheet(available: units)
        for (place, count) in units { books[StockAccounts.account(place.variant, place.location, StockAccounts.available)] = Int64(count) }
    }

    mutating func post(_ transfers: [Transfer]) {
        for transfer in transfers {
            books[transfer.from, default: 0] -= transfer.amount
            books[transfer.to, default: 0] += transfer.amount
        }
    }

    /// What is wrong with the sheet; empty when all is well.
    func troubles() -> [String] {
        var troubles: [String] = []
        for variant in Self.variants {
            for location in Self.locations {
                let available = sheet.available[.init(variant, location)] ?? 0
                let reserved = sheet.held.filter { $0.key.variant == variant }.reduce(0) { $0 + ($1.value[location] ?? 0) }
                let place = "variant \(variant) at \(location)"
                if available < 0 { troubles.append("\(place): available \(available)") }
                if books[StockAccounts.account(variant, location, StockAccounts.available)] ?? 0 != Int64(available) {
                    troubles.append("\(place): available differs")
                }
                if books[StockAccounts.account(variant, location, StockAccounts.reserved)] ?? 0 != Int64(reserved) {
                    troubles.append("\(place): reserved differs")
                }
            }
        }
        for (claim, places) in sheet.held where places.isEmpty || places.values.contains(where: { $0 <= 0 }) {
            troubles.append("\(claim) holds nothing")
        }
        for (claim, units) in sheet.short where units <= 0 { troubles.append("\(claim) waits for \(units)") }
        return troubles
    }
}
