// SPDX-License-Identifier: Apache-2.0

import ChannelKit

/// The form that connects a shop, made from what its connector says it needs.
struct ConnectPage: ConsolePage {
    static let template = "ConnectPage"

    struct Field: Sendable {
        var name: String
        var label: String
        var hint: String
        var type: String
        var value: String
        var isRequired: Bool
        var placeholder: String
    }

    var title: String
    var channel: String
    var brand: String
    var brands: [Choice]
    var fields: [Field]
    var name: String
    var createsProducts: Bool
    var canTest: Bool
    var trouble: Trouble?
    var good: String?

    init(_ profile: ChannelProfile, profiles: [ChannelProfile], form: Fields, trouble: String?, good: String?, canTest: Bool, _ words: Words) {
        title = words("channels.connect-brand", ["brand": profile.title])
        channel = profile.name
        brand = profile.title
        brands = profiles.map { Choice(value: $0.name, label: $0.title, isChosen: $0.name == profile.name, href: Site.connect($0.name)) }
        let typed = Dictionary(
            uniqueKeysWithValues: profile.credentials.map { ($0.name, form.has("field-\($0.name)") ? form["field-\($0.name)"] : $0.preset ?? "") })
        fields = Self.fields(profile, values: typed, isKnown: false, words)
        name = form["name"]
        createsProducts = form.values.isEmpty || form.has("creates-products")
        self.canTest = canTest
        self.trouble = trouble.map(Trouble.init(message:))
        self.good = good
    }

    /// Secrets that are kept are never shown again: an empty field leaves them as they are.
    static func fields(_ profile: ChannelProfile, values: [String: String], isKnown: Bool, _ words: Words) -> [Field] {
        profile.credentials.map { field in
            let key = "channel.\(profile.name).\(field.name)"
            return Field(
                name: "field-\(field.name)", label: words.known(key, or: field.name), hint: words.known("\(key).hint", or: ""),
                type: field.isSecret ? "password" : "text", value: field.isSecret && isKnown ? "" : values[field.name] ?? field.preset ?? "",
                isRequired: field.isRequired && !(isKnown && field.isSecret), placeholder: field.isSecret && isKnown ? "••••••••" : "")
        }
    }

    /// What was typed, over what was known: an empty secret keeps the old one.
    static func settings(_ profile: ChannelProfile, form: Fields, known: ChannelSettings? = nil) -> ChannelSettings {
        var values = known?.values ?? [:]
        for field in profile.credentials {
            let text = form["field-\(field.name)"]
            if text.isEmpty, field.isSecret, known != nil { continue }
            values[field.name] = String((text.isEmpty ? field.preset ?? "" : text).prefix(4000))
        }
        return ChannelSettings(values)
    }
}
