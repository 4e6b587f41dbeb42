// SPDX-License-Identifier: Apache-2.0

public import ChannelSync
import Inventory
public import Ledger
import Orders
import Storage

/// Recomputes what can be recomputed and compares: every balance from its transfers, the hash chain, every reservation, every order's units and money.
public enum Audit {
    public static func run(_ hub: Hub) async throws -> [Violation] {
        try await hub.store.read { transaction in
            try hub.ledger.audit(in: transaction) + StockLevels.audit(ledger: hub.ledger, in: transaction)
                + OrderAudit.run(in: transaction)
        }
    }
}
