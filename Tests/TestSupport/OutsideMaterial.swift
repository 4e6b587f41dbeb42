// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Testing

/// The channels' official specifications and the public data sets: never part of the project, found through
/// `TRIBUTARY_SPECS` and `TRIBUTARY_DATASETS`.
///
/// On the project's own build machines (`CI` set) their absence fails the test; elsewhere the test says what it left out.
public enum OutsideMaterial {
    /// The file or folder below `TRIBUTARY_SPECS`, such as `shopify/samples`; nil where a stranger's clone has none.
    public static func specs(_ path: String) -> URL? { find("TRIBUTARY_SPECS", path) }
    /// The file or folder below `TRIBUTARY_DATASETS`.
    public static func dataset(_ path: String) -> URL? { find("TRIBUTARY_DATASETS", path) }

    private static func find(_ variable: String, _ path: String) -> URL? {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment[variable], !folder.isEmpty {
            let found = URL(fileURLWithPath: folder).appendingPathComponent(path)
            if FileManager.default.fileExists(atPath: found.path) { return found }
            Issue.record("\(variable) has no \(path)")
            return nil
        }
        if environment["CI"] != nil {
            Issue.record("\(variable) is not set: \(path) cannot be checked")
        } else {
            print("LEFT OUT: \(path) (set \(variable) to check against it)")
        }
        return nil
    }

    /// Appends one exchange to `$TRIBUTARY_EXCHANGES/<channel>.jsonl`, for the contract checks that follow the tests. Does nothing when the variable is not set.
    public static func record(channel: String, line: String) {
        guard let folder = ProcessInfo.processInfo.environment["TRIBUTARY_EXCHANGES"], !folder.isEmpty else { return }
        let file = URL(fileURLWithPath: folder).appendingPathComponent("\(channel).jsonl")
        lock.withLock {
            if !FileManager.default.fileExists(atPath: file.path) { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
            guard let handle = try? FileHandle(forWritingTo: file) else { return }
            defer { try? handle.close() }
            _ = try? handle.seekToEnd()
            try? handle.write(contentsOf: Data((line + "\n").utf8))
        }
    }

    private static let lock = NSLock()
}
