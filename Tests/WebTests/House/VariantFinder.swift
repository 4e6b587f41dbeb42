// SPDX-License-Identifier: Apache-2.0

import Catalog
import Storage
import Vocabulary

enum VariantFinder {
    static func find(_ sku: SKU, in transaction: Transaction) throws -> ID<VariantKind>? { try VariantTable.find(sku: sku, in: transaction)?.id }
}
