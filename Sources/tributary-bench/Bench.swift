// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSONText

/// Measures the real path beside what the bare engine underneath can do, in the same run on the same machine.
@main
struct Bench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tributary-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var figures: [Figure] = []
        figures += try await ImportBench(folder: folder).run()
        figures += try await WebhookBench(folder: folder).run()
        figures += try await PropagationBench(folder: folder).run()
        figures += try YearBench(folder: folder).run()
        for figure in figures { print(figure.line) }
        if let flag = arguments.firstIndex(of: "--json"), flag + 1 < arguments.count {
            let text = JSONValue.array(figures.map(\.json)).text
            try Data(text.utf8).write(to: URL(fileURLWithPath: arguments[flag + 1]))
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
