// SPDX-License-Identifier: Apache-2.0

import Access
import Mustache

/// Puts pages into the layout. Templates are in the program, parsed once.
struct Screens: Sendable {
    private let library: MustacheLibrary

    init() {
        PageText.register()
        var library = MustacheLibrary()
        for (path, text) in EmbeddedText.files where path.hasSuffix(".mustache") {
            let name = String(path.split(separator: "/").last?.dropLast(".mustache".count) ?? "")
            // A page's template sees the page's own fields; icons and parts see whatever includes them.
            let source = name.hasSuffix("Page") ? "{{#page}}\(text){{/page}}" : text
            do { try library.register(PageText.pragma + source, named: name) } catch { preconditionFailure("\(path): \(error)") }
        }
        self.library = library
    }

    private struct Scope {
        var t: MessageNode
        var formKey: String
        var page: any ConsolePage
    }

    private struct Frame {
        var t: MessageNode
        var lang: String
        var dir: String
        var title: String
        var main: String
        var formKey: String
        var person: String?
        var sections: [Section]
        var version: String
        var demo: Demo?
    }

    private struct Section {
        var href: String
        var label: String
        var icon: String
        var isHere: Bool
    }

    private struct Demo {
        var speeds: [Choice]
        var back: String
    }

    func render(_ page: some ConsolePage, for session: Session?, desk: Desk, formKey: String, path: String) -> String {
        let t = MessageNode(messages: desk.words.messages)
        let main = library.render(Scope(t: t, formKey: formKey, page: page), withTemplate: type(of: page).template) ?? ""
        let frame = Frame(
            t: t, lang: desk.words.messages.locale, dir: desk.words("format.direction"), title: page.title, main: main, formKey: formKey,
            person: session?.person.name, sections: session == nil ? [] : Self.sections(desk.words, path), version: desk.settings.productVersion,
            demo: session == nil ? nil : desk.settings.demo.map { Self.demo($0, desk.words, path) })
        return library.render(frame, withTemplate: "Layout") ?? main
    }

    private static func sections(_ words: Words, _ path: String) -> [Section] {
        let all = [
            (Site.overview, "nav.overview", "icon-overview"), (Site.orders, "nav.orders", "icon-orders"),
            (Site.products, "nav.products", "icon-products"),
            (Site.channels, "nav.channels", "icon-channels"), (Site.exceptions, "nav.exceptions", "icon-exceptions"),
        ]
        return all.map { href, key, icon in
            Section(href: href, label: words(key), icon: icon, isHere: href == "/" ? path == "/" : path == href || path.hasPrefix(href + "/"))
        }
    }

    private static func demo(_ controls: DemoControls, _ words: Words, _ path: String) -> Demo {
        let now = controls.speed()
        let speeds: [Double] = [0, 1, 10, 60, 600, 3600]
        let nearest = speeds.min { abs($0 - now) < abs($1 - now) }
        return Demo(
            speeds: speeds.map { speed in
                let label = speed == 0 ? words("demo.paused") : words("demo.times", ["speed": words.format.number(Int(speed))])
                return Choice(value: String(Int(speed)), label: label, isChosen: speed == nearest)
            }, back: path)
    }
}

extension Desk {
    /// The answer that shows a page to whoever asked for it.
    func show(_ page: some ConsolePage, to visit: Visit) -> String {
        screens.render(page, for: visit.session, desk: self, formKey: visit.formKey, path: visit.path)
    }
}
