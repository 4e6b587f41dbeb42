// SPDX-License-Identifier: Apache-2.0

import Access
import Availability
import Catalog
import ChannelSync
import Inventory
import Journal
import Ledger
import Orders
public import Storage

/// The schemas of all rooms.
public enum Schema {
    public static let migrator = Migrator(
        LedgerSchema.migrations + AccessSchema.migrations + JournalSchema.migrations + CatalogSchema.migrations + InventorySchema.migrations
            + OrdersSchema.migrations + AvailabilitySchema.migrations + ChannelSyncSchema.migrations)

    /// Tables whose rows are only ever added: history that nobody changes or takes away.
    public static let appendOnly = ["postings", "transfers", "events"]
}
