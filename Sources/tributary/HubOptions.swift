// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ChannelSync
import Clocks
import Foundation
import House
import Logging
import Storage
import Vocabulary

/// What most commands need to know.
struct HubOptions: ParsableArguments {
    @Option(
        help: """
            Where the data is: sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/NAME. (TRIBUTARY_DATABASE; preset: sqlite:data/tributary.sqlite)
            """)
    var database: String?

    @Option(
        help: """
            The same PostgreSQL database under the role that owns its tables: only that one changes the schema then. (TRIBUTARY_MIGRATOR_DATABASE; preset: none)
            """)
    var migratorDatabase: String?

    @Flag(
        help: """
            Use a PostgreSQL server although it may lose what it has acknowledged (fsync, full_page_writes or synchronous_commit off). \
            (TRIBUTARY_ACCEPT_UNSAFE_DATABASE=yes)
            """)
    var acceptUnsafeDatabase = false

    @Option(help: "How much is logged: debug, info, notice, warning or error. (TRIBUTARY_LOG_LEVEL; preset: notice)")
    var logLevel: String?

    func databaseAddress(preset: String = "sqlite:data/tributary.sqlite") throws -> DatabaseAddress {
        let text = Setting.value(database, "TRIBUTARY_DATABASE") ?? preset
        let migrator = Setting.value(migratorDatabase, "TRIBUTARY_MIGRATOR_DATABASE")
        let accepts = acceptUnsafeDatabase || Setting.value(nil, "TRIBUTARY_ACCEPT_UNSAFE_DATABASE") == "yes"
        do throws(Refusal) { return try DatabaseAddress(text, migrator: migrator, acceptsUnsafe: accepts) } catch {
            let shown = error.values["address"] ?? ""
            throw ValidationError("'\(shown)' is no database address: give sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME.")
        }
    }

    var log: Logger {
        var log = Logger(label: "tributary", factory: { StreamLogHandler.standardError(label: $0) })
        log.logLevel = Setting.value(logLevel, "TRIBUTARY_LOG_LEVEL").flatMap(Logger.Level.init(rawValue:)) ?? .notice
        return log
    }

    func open() async throws -> Hub { try await databaseAddress().open(clock: MachineClock()) }

    /// Refuses to make a database where there is none: to find nothing wrong in it would say nothing.
    func openExisting() async throws -> Hub {
        let address = try databaseAddress()
        guard try await address.isThere() else { throw SaidRefusal(description: "There is no database at \(address).") }
        return try await address.open(clock: MachineClock())
    }

    func validate() throws {
        if let level = Setting.value(logLevel, "TRIBUTARY_LOG_LEVEL"), Logger.Level(rawValue: level) == nil {
            throw ValidationError("'\(level)' is no log level: give debug, info, notice, warning or error.")
        }
        if let file = Setting.unreadableFile { throw ValidationError("TRIBUTARY_SETTINGS names \(file), which cannot be read.") }
    }
}

/// An option, or its environment variable, or its line in the settings file.
enum Setting {
    static func value(_ option: String?, _ variable: String) -> String? {
        if let option { return option }
        if let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty { return value }
        return file[variable]
    }

    /// The settings file, when one is named that cannot be read: going on with presets would open another database than was meant.
    static var unreadableFile: String? { path.flatMap { text == nil ? $0 : nil } }

    private static let path = ProcessInfo.processInfo.environment["TRIBUTARY_SETTINGS"].flatMap { $0.isEmpty ? nil : $0 }
    private static let text = path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }
    private static let file: [String: String] = {
        var values: [String: String] = [:]
        for line in (text ?? "").split(whereSeparator: \.isNewline) where !line.trimmed.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0].trimmed] = parts[1].trimmed }
        }
        return values
    }()
}

/// Says a refusal in words and ends the command with exit code 1 (64 stays for wrong use of the command line).
struct SaidRefusal: Error, CustomStringConvertible {
    var description: String
}

func said<Value>(_ work: () throws(Refusal) -> Value) throws -> Value {
    do throws(Refusal) { return try work() } catch { throw SaidRefusal(description: Words.of(error)) }
}

func said<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let refusal as Refusal {
        throw SaidRefusal(description: Words.of(refusal))
    } catch let failure as StorageFailure {
        throw SaidRefusal(description: Words.of(failure))
    } catch let failure as CocoaError {
        throw SaidRefusal(description: "\(failure.filePath ?? "A file") cannot be used. \(failure.localizedDescription)")
    }
}

/// `HOST:PORT`.
struct Listen {
    var host: String
    var port: Int

    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
            throw ValidationError("'\(text)' is not HOST:PORT, such as 127.0.0.1:8080.")
        }
        host = String(text[..<colon])
        self.port = port
    }
}
