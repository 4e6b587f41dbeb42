// SPDX-License-Identifier: Apache-2.0

/// One page of a list and the way to the next.
public struct Page<Item: Sendable>: Sendable {
    /// The most items one page may hold.
    public static var sizeMax: Int { 500 }

    public var items: [Item]
    /// How many there are in all, where that is known cheaply.
    public var total: Int?
    /// What to ask for to get the following page; nil on the last one.
    public var next: String?

    public init(items: [Item], total: Int? = nil, next: String? = nil) {
        self.items = items
        self.total = total
        self.next = next
    }
}
