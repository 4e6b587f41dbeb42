// SPDX-License-Identifier: Apache-2.0

/// What the units of a share are worth to the next order of its shop: how much of what is ordered they serve, in millionths of an order.
///
/// Most orders take one unit: the first serves those. The second, third and fourth serve the rest, which take two to four, each as much as the others.
/// Beyond that a unit serves orders that come before anything could be moved: the more there are the less likely it is needed.
/// With these worths, and units going where pace times worth is largest, a share comes within half a percent of what no rule can pass
/// (docs/decisions/0013).
enum UnitWorth {
    static let one = 1_000_000
    /// Hardly an order takes more units.
    static let ordersMax = 4
    private static let few = [0, 850_000, 950_000, 1_050_000, 1_150_000]

    /// Of so many units together.
    static func of(_ units: Int) -> Int {
        guard units > ordersMax else { return few[max(0, units)] }
        // The n-th beyond the fourth 1.6 / n², added up.
        return few[ordersMax] + 355_556 - 3_200_000 / (2 * min(units, 1_000_000_000) + 1)
    }

    /// The root of the worth of the n-th unit, in hundred-thousandths: where paces are compared by their roots.
    static func root(ofUnit number: Int) -> Int {
        switch number {
        case ...1: 92_195
        case ...ordersMax: 31_623
        default: 126_491 / number
        }
    }

    /// How many units are worth at least as much as the last of so many thousandths, were each worth one by its number.
    static func units(atThousandths level: Int) -> Int {
        if level >= 1_000 * ordersMax { return level / 1_000 }
        return level >= 1_372 ? 1 : 0
    }
}
