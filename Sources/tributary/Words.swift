// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import Web

/// Refusals in the words of the message catalog, the same as the console's.
enum Words {
    static func of(_ refusal: Refusal) -> String { RefusalText.of(refusal) }
}
