// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSONText

/// A year of a real shop through a whole hub: the UCI "Online Retail" file replayed by the program as it is released.
///
/// The resident memory is that of the whole process, with the three twins in it and every order they took.
struct YearBench {
    let folder: URL

    enum Problem: Error { case ended(Int32, String), noReport }

    func run() throws -> [Figure] {
        guard let datasets = ProcessInfo.processInfo.environment["TRIBUTARY_DATASETS"] else {
            print("left out: the year of Online Retail, as TRIBUTARY_DATASETS is not set")
            return []
        }
        let report = try replay(URL(fileURLWithPath: datasets).appendingPathComponent("uci-online-retail/online-retail.csv.gz").path)
        guard let bytes = report["residentBytes"]?.integer, let seconds = report["seconds"]?.text.flatMap(Double.init),
            let orders = report["orders"]?.integer
        else {
            throw Problem.noReport
        }
        return [
            Figure(
                name: "resident memory after a year (20,725 orders, 531,282 lines), the three twins included", value: Double(bytes) / 1_048_576,
                unit: "MiB",
                limit: nil, aim: "under 200 MB", betterIsHigher: false),
            Figure(
                name: "a year replayed over HTTP, shops and hub in one process", value: Double(orders) / seconds, unit: "orders/s", limit: nil,
                aim: "none",
                betterIsHigher: true),
        ]
    }

    private func replay(_ file: String) throws -> JSON {
        let program = Process()
        program.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("tributary")
        program.arguments = [
            "demo", "--orders", file, "--speed", "max", "--until-done", "--json", "--database", "sqlite:\(folder.path)/year.sqlite", "--listen",
            "127.0.0.1:8491",
            "--twin-port", "8492",
        ]
        let pipe = Pipe()
        program.standardOutput = pipe
        program.standardError = FileHandle.nullDevice
        try program.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        program.waitUntilExit()
        guard program.terminationStatus == 0 else { throw Problem.ended(program.terminationStatus, output) }
        guard let line = output.split(separator: "\n").last, let report = try? JSON.parse(Array(line.utf8)) else { throw Problem.noReport }
        return report
    }
}
