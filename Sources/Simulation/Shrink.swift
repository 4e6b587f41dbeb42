// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension Scenario {
    /// The scenario without what its failure does not need: leaves out ever smaller stretches while it still fails, with so many tries at most.
    public func shrunken(tries: Int, stillFails: (Scenario) throws -> Bool) rethrows -> Scenario {
        var best = self
        var stretch = max(1, happenings.count / 2)
        var left = tries
        while left > 0 {
            var place = 0
            var isSmaller = false
            while place < best.happenings.count, left > 0 {
                var candidate = best
                candidate.happenings.removeSubrange(place..<min(place + stretch, best.happenings.count))
                left -= 1
                if try stillFails(candidate) {
                    best = candidate
                    isSmaller = true
                } else {
                    place += stretch
                }
            }
            if stretch == 1, !isSmaller { break }
            stretch = max(1, stretch / 2)
        }
        return best
    }
}
