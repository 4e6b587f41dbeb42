// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The papers say what the house is: they grow with it or this fails.
@Suite struct PaperTests {
    @Test func `ARCHITECTURE names every target`() throws {
        let text = try Checkout.text("ARCHITECTURE.md")
        let targets = try Checkout.targets()
        #expect(targets.count > 20)
        #expect(targets.filter { !text.contains("`\($0)`") } == [])
    }

    @Test func `ARCHITECTURE gives every dependency its reason`() throws {
        let text = try Checkout.text("ARCHITECTURE.md")
        let packages = Pattern(#"\.package\(url: "[^"]*/([^"/]+)""#).matches(in: try Checkout.text("Package.swift"))
        #expect(packages.count > 5)
        #expect(packages.filter { !text.contains("`\($0)`") } == [])
    }

    @Test func `every room has its page of concepts, and each fits on a screen`() throws {
        let pages = try Checkout.files(below: ["docs/concepts"], ending: [".md"])
        for room in Floors.rooms.union(["ChannelSync"]) {
            let page = pages.first { $0.name == room.lowercased() + ".md" || $0.name == "channel-sync.md" && room == "ChannelSync" }
            #expect(page != nil, "docs/concepts has no page for \(room)")
        }
        #expect(pages.filter { $0.lineCount > 40 }.map(\.path) == [])
    }

    @Test func `every table is told of on one page of concepts`() throws {
        let pages = try Checkout.files(below: ["docs/concepts"], ending: [".md"])
        let sources = try Checkout.files(below: ["Sources"]).filter { $0.module != "tributary-bench" }
        let tables = Tables.made(in: sources).keys.sorted()
        #expect(tables.filter { table in !pages.contains { $0.text.contains("`\(table)`") } } == [])
    }

    @Test func `decisions are numbered without gaps and called by what was decided`() throws {
        let names = try Checkout.files(below: ["docs/decisions"], ending: [".md"]).map(\.name)
        #expect(names.count >= 8)
        for (index, name) in names.enumerated() {
            #expect(name.hasPrefix(String(format: "%04d-", index + 1)) && name.split(separator: "-").count > 3, "\(name)")
        }
    }

    @Test func `links inside the papers lead somewhere`() throws {
        let papers =
            try Checkout.files(below: ["docs"], ending: [".md"])
            + ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map { SourceFile(path: $0, text: try Checkout.text($0)) }
        // Measured and photographed by others of the project's scripts.
        let madeElsewhere: Set = ["docs/benchmarks.md", "docs/pictures/overview.png"]
        let link = Pattern(#"\]\(([^)#:]+)(?:#[^)]*)?\)"#)
        var broken: [String] = []
        for paper in papers {
            for target in link.matches(in: paper.text) {
                let url = Checkout.root.appending(path: paper.path).deletingLastPathComponent().appending(path: target).standardizedFileURL
                let path = String(url.path.dropFirst(Checkout.root.path.count)).drop { $0 == "/" }
                if !madeElsewhere.contains(String(path)), !FileManager.default.fileExists(atPath: url.path) {
                    broken.append("\(paper.path): \(target)")
                }
            }
        }
        #expect(broken == [])
    }
}
