// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSONText
import TestSupport
import Testing

/// Nicolas Seriot's collection of what parsers disagree on ("Parsing JSON is a Minefield").
@Suite struct `The public JSON parsing suite` {
    @Test func `is judged file by file as it says`() throws {
        guard let archive = OutsideMaterial.dataset("hostile-input/json-test-suite/test_parsing.tar.gz") else { return }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("json-suite-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-xzf", archive.path, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)

        var judged: [Character: Int] = [:]
        let files = folder.appendingPathComponent("test_parsing")
        for name in try FileManager.default.contentsOfDirectory(atPath: files.path).sorted() {
            guard name.hasSuffix(".json"), let kind = name.first else { continue }
            let bytes = try Array(Data(contentsOf: files.appendingPathComponent(name)))
            let json = try? JSON.parse(bytes)
            // Whatever is taken in can be walked through and written out again.
            if let json { #expect((try? JSON.parse(json.value.bytes).value) == json.value, "\(name)") }
            switch kind {
            case "y": #expect(json != nil, "\(name)")
            case "n": #expect(json == nil, "\(name)")
            default: break
            }
            judged[kind, default: 0] += 1
        }
        #expect(judged == ["y": 95, "n": 188, "i": 35])
    }
}
