// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Opens the file, plain or compressed, and hands its text over piece by piece.
enum RetailFile {
    private static let pieceBytes = 1 << 18

    /// Calls `each` with every piece in order. A compressed file (told by its first bytes) is unpacked by a child
    /// process,
    /// `gzip -dc`.
    static func read(_ path: String, each: (Data) throws(RetailProblem) -> Void) throws(RetailProblem) {
        guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 2),
            (try? file.seek(toOffset: 0)) != nil
        else { throw .missingFile(path) }
        defer { try? file.close() }
        if head.elementsEqual([0x1F, 0x8B]) {
            try unpack(file, path, each)
        } else {
            try pieces(of: file, path, each)
        }
    }

    private static func pieces(
        of file: FileHandle, _ path: String, _ each: (Data) throws(RetailProblem) -> Void
    ) throws(RetailProblem) {
        while true {
            let piece: Data?
            do { piece = try file.read(upToCount: pieceBytes) } catch { throw .missingFile(path) }
            guard let piece, !piece.isEmpty else { return }
            try each(piece)
        }
    }

    private static func unpack(
        _ file: FileHandle, _ path: String, _ each: (Data) throws(RetailProblem) -> Void
    ) throws(RetailProblem) {
        guard let program = gzip() else { throw .missingGzip }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = program
        process.arguments = ["-dc"]
        process.standardInput = file
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { throw .missingGzip }
        // Our own copy of the writing end must go, or the end of the text never comes.
        try? pipe.fileHandleForWriting.close()
        do throws(RetailProblem) { try pieces(of: pipe.fileHandleForReading, path, each) } catch {
            process.terminate()
            process.waitUntilExit()
            throw error
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw .damaged(path, status: Int(process.terminationStatus)) }
    }

    private static func gzip() -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.lazy.map { URL(fileURLWithPath: "\($0)/gzip") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
