// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

extension Signals {
    /// Waits until one of the names is signalled (beyond the count already seen) or the moment has come, whichever is first.
    public func wait(for names: [String], after seen: UInt64, until moment: Instant?, on clock: any TimeSource) async {
        guard let moment else { return await wait(for: names, after: seen) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(for: names, after: seen) }
            group.addTask { try? await clock.wait(until: moment) }
            await group.next()
            group.cancelAll()
        }
    }
}
