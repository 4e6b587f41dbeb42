// SPDX-License-Identifier: Apache-2.0

/// A count, or a counted id, in four bytes instead of eight. A twin keeps every line of every order it ever took, half a million in a year.
///
/// A count beyond what four bytes hold stays at their end; a channel's quantities end at `Quantity.unitsMax`.
@propertyWrapper public struct PackedCount: Hashable, Sendable {
    private var stored: Int32
    public init(wrappedValue: Int) { stored = Int32(clamping: wrappedValue) }
    public var wrappedValue: Int {
        get { Int(stored) }
        set { stored = Int32(clamping: newValue) }
    }
}
