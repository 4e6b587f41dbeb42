// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How much a listing would probably have sold while it had to show nothing although units were free: what safety costs.
///
/// It is rather too low than too high. What was sold just before says of a rate only what it sold beyond one unit; it fades while the listing shows
/// nothing, as every pace does; and more than stood free all the while is never counted.
public enum LostSales {
    /// In thousandths of a unit.
    /// - Parameters:
    ///   - pace: what it had sold of late when it began to show nothing, in thousandths of a unit.
    ///   - free: the fewest units that it could have shown meanwhile.
    public static func units(pace: Int, for span: Span, free: Int) -> Int {
        let (fade, gone) = (Pace.fade.milliseconds, max(0, min(span, spanMax).milliseconds))
        let steady = Int64(max(0, min(pace, paceMax) - 1_000))
        return min(Int(steady * gone / (fade + gone)), max(0, min(free, Quantity.unitsMax)) * 1_000)
    }

    private static let paceMax = 100_000_000
    private static let spanMax = Span.days(400)
}
