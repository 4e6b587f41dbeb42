// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Refusals in words, for doors that have no pages: the command line says what the console would.
public enum RefusalText {
    /// In English.
    public static func of(_ refusal: Refusal) -> String { Messages(locale: "en").text("refusal.\(refusal.message)", refusal.values) }
}
