// SPDX-License-Identifier: Apache-2.0

import JSONText

/// Why and where a text is refused; nil when it is taken in.
func refusal(of text: [UInt8], limits: JSON.Limits = JSON.Limits()) -> String? {
    do throws(JSONError) {
        _ = try JSON.parse(text, limits: limits)
        return nil
    } catch { return error.description }
}
