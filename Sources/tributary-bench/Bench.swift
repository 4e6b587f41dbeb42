// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSONText

/// Measures the real path beside what the bare engine underneath can do, in the same run on the same machine.
@main
struct Bench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let parts: [(name: String, run: @Sendable (URL) async throws -> [Figure])] = [
            ("import", { try await ImportBench(folder: $0).run() }), ("webhooks", { try await WebhookBench(folder: $0).run() }),
            ("propagation", { try await PropagationBench(folder: $0).run() }), ("year", { try YearBench(folder: $0).run() }),
        ]
        var named: [String] = []
        var json: String?
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--json", let file = rest.popFirst() {
                json = file
            } else if parts.contains(where: { $0.name == word }) {
                named.append(word)
            } else {
                print("tributary-bench [--json FILE] [\(parts.map(\.name).joined(separator: " | "))]…\nMeasures the parts that are named, or all of them.")
                exit(word == "--help" ? 0 : 64)
            }
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tributary-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var figures: [Figure] = []
        for part in parts where named.isEmpty || named.contains(part.name) { figures += try await part.run(folder) }
        for figure in figures { print(figure.line) }
        if let json {
            let text = JSONValue.array(figures.map(\.json)).text
            try Data(text.utf8).write(to: URL(fileURLWithPath: json))
        }
    }

    /// The median of several runs of a measurement.
    static func median(of runs: Int, _ measure: () async throws -> Double) async throws -> Double {
        var values: [Double] = []
        for _ in 0..<runs { values.append(try await measure()) }
        return values.sorted()[values.count / 2]
    }

    /// Seconds that the work took.
    static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
        let start = ProcessInfo.processInfo.systemUptime
        try await work()
        return ProcessInfo.processInfo.systemUptime - start
    }
}

/// One figure beside its limit.
struct Figure {
    var name: String
    var value: Double
    var unit: String
    /// What the bare engine reached in the same run; nil where there is none.
    var limit: Double?
    var aim: String
    var betterIsHigher: Bool

    var ratio: Double? { limit.map { value / $0 } }

    var line: String {
        let limitText = limit.map { String(format: "limit %.0f, ratio %.2f", $0, value / $0) } ?? ""
        return String(format: "%@: %.1f %@ %@ (aim: %@)", name, value, unit, limitText, aim)
    }

    var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number(String(format: "%.3f", $0)) } ?? .null }
        return [
            "name": .string(name), "value": number(value), "unit": .string(unit), "limit": number(limit), "ratio": number(ratio), "aim": .string(aim),
            "better": .string(betterIsHigher ? "higher" : "lower"),
        ]
    }
}
