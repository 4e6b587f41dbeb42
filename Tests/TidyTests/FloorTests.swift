// SPDX-License-Identifier: Apache-2.0

import Testing

/// Which floor may know which: the walls of the house, read from the imports.
enum Floors {
    static let rooms: Set = ["Ledger", "Journal", "Access", "Catalog", "Inventory", "Orders", "Availability"]
    static let doors: Set = ["ChannelSync", "Web", "Webhooks", "Serving", "House", "Clocks", "Trade", "Simulation", "tributary", "tributary-bench"]
    static let drivers: Set = ["SQLiteStorage", "PostgresStorage"]
    static let libraries: Set = [
        "Foundation", "GRDB", "GRDBSQLite", "NIOCore", "NIOPosix", "NIOHTTP1", "AsyncHTTPClient", "Hummingbird", "HummingbirdCore", "Mustache",
        "HTTPTypes",
        "Logging", "ServiceLifecycle", "ArgumentParser",
    ]
    static let network: Set = [
        "NIOCore", "NIOPosix", "NIOHTTP1", "AsyncHTTPClient", "Hummingbird", "HummingbirdCore", "HTTPTypes", "ServiceLifecycle",
    ]

    private static let importLine = Pattern(
        #"^(?:@\w+ )*(?:(?:public|package|internal|private|fileprivate) )?import (?:(?:struct|class|enum|func|protocol|typealias|let|var) )?(\w+)"#)

    static func imports(of file: SourceFile) -> [String] { importLine.matches(in: file.code) }

    /// Why the module may not import the other; nil when it may. `ours` are all targets of the package.
    static func objection(_ module: String, imports other: String, ours: Set<String>) -> String? {
        let isChannel = module.hasSuffix("Channel")
        if ["GRDB", "GRDBSQLite"].contains(other), module != "SQLiteStorage" { return "only SQLiteStorage knows the database's driver" }
        if other == "CLibPQ", module != "PostgresStorage" { return "only PostgresStorage knows the database's driver" }
        if other == "AsyncHTTPClient", !["Serving", "tributary", "tributary-bench"].contains(module) {
            return "only the serving floor opens connections"
        }
        switch module {
        case "Vocabulary", "JSONText":
            return ours.contains(other) || libraries.contains(other) ? "the ground floor stands on nothing" : nil
        case "Storage":
            return ours.subtracting(["Vocabulary"]).contains(other) || libraries.contains(other) ? "Storage has no business words and no driver" : nil
        case _ where drivers.contains(module):
            return ours.subtracting(["Storage"]).contains(other) ? "a driver has no business words" : nil
        case "ChannelKit":
            return ours.subtracting(["Vocabulary"]).contains(other) || libraries.contains(other) ? "the kit knows words only" : nil
        case _ where isChannel:
            return ours.subtracting(["ChannelKit", "JSONText", "Vocabulary"]).contains(other) || libraries.contains(other)
                ? "a guest knows its kit only" : nil
        case _ where rooms.contains(module):
            if doors.contains(other) || other == "ChannelKit" || drivers.contains(other) || other.hasSuffix("Channel") {
                return "rooms never know doors"
            }
            return network.contains(other) || ["Mustache", "Logging", "ArgumentParser"].contains(other) ? "rooms never know doors" : nil
        case "ChannelSync":
            if other.hasSuffix("Channel") { return "the engine knows no channel by name" }
            return network.contains(other) || drivers.contains(other) || ["Web", "House", "Serving"].contains(other)
                ? "the engine knows no wire and no door" : nil
        case "Simulation":
            return network.contains(other) || other.hasSuffix("Channel") || ["House", "Serving", "Web", "Webhooks", "GRDB"].contains(other)
                ? "the simulator is handed the house and knows no wire" : nil
        case "Web":
            return drivers.contains(other) || other.hasSuffix("Channel") || ["House", "Serving"].contains(other)
                ? "pages know rooms, not drivers or guests" : nil
        default: return nil
        }
    }

    static func violations(_ files: [SourceFile], ours: Set<String>) -> [String] {
        files.filter { !$0.isTest }.flatMap { file in
            imports(of: file).compactMap { other in objection(file.module, imports: other, ours: ours).map { "\(file.path) imports \(other): \($0)" }
            }
        }
    }
}

@Suite struct FloorTests {
    @Test func `calls go down the import arrows`() throws {
        let files = try Checkout.files(below: ["Sources", "Channels"])
        #expect(Floors.violations(files, ours: Set(try Checkout.targets())) == [])
    }

    @Test func `what the simulator runs reads no clock, makes no chance and starts no task beside its own`() throws {
        let ground: Set = ["Vocabulary", "JSONText", "Storage", "ChannelKit", "ChannelSync", "Clocks", "Simulation"]
        let played = try Checkout.files(below: ["Sources", "Channels"]).filter { file in
            guard !file.isTest, !["MachineClock.swift", "DemoClock.swift"].contains(file.name) else { return false }
            return ground.contains(file.module) || file.module.hasSuffix("Channel") || Floors.rooms.subtracting(["Access"]).contains(file.module)
        }
        #expect(played.count > 200)
        let words = [
            #"\bTask ?\{"#, #"\bTask\.(?:detached|sleep)"#, #"\bDate\(\)"#, #"\bUUID\(\)"#, #"\.random\("#, #"\bSystemRandomNumberGenerator"#,
            #"\bDispatchQueue"#, #"\bThread\b"#,
        ]
        let free = Pattern("(" + words.joined(separator: "|") + ")")
        #expect(played.flatMap { file in free.matches(in: file.code).map { "\(file.path): \($0)" } } == [])
    }

    @Test func `every room stands on its own floor of the plan`() throws {
        let modules = Set(try Checkout.files(below: ["Sources"]).map(\.module))
        let placed = Floors.rooms.union(Floors.doors).union([
            "Vocabulary", "JSONText", "Storage", "SQLiteStorage", "PostgresStorage", "CLibPQ", "ChannelKit", "tributary", "embed-text",
        ])
        #expect(modules.subtracting(placed) == [], "a new target needs its place in Floors")
        #expect(Floors.rooms.subtracting(modules) == [])
    }

    @Test(arguments: [
        ("Sources/Vocabulary/A.swift", "import Storage"), ("Sources/Orders/A.swift", "public import ChannelSync"),
        ("Sources/Orders/A.swift", "import ChannelKit"),
        ("Sources/Ledger/A.swift", "import GRDB"), ("Sources/Web/A.swift", "import SQLiteStorage"), ("Sources/Web/A.swift", "import PostgresStorage"),
        ("Sources/House/A.swift", "import CLibPQ"), ("Sources/Orders/A.swift", "import PostgresStorage"),
        ("Sources/PostgresStorage/A.swift", "import Vocabulary"), ("Sources/Web/A.swift", "import AmazonChannel"),
        ("Channels/Amazon/Sources/A.swift", "import Foundation"), ("Channels/Amazon/Sources/A.swift", "internal import ShopifyChannel"),
        ("Channels/Amazon/Sources/A.swift", "import struct Orders.Order"), ("Sources/ChannelKit/A.swift", "import NIOCore"),
        ("Sources/ChannelSync/A.swift", "import WooCommerceChannel"), ("Sources/Inventory/A.swift", "@preconcurrency import Hummingbird"),
    ])
    func `a wall that is climbed is seen`(path: String, line: String) throws {
        #expect(Floors.violations([SourceFile(path: path, text: line)], ours: Set(try Checkout.targets())).count == 1)
    }

    @Test func `pages hold no SQL`() throws {
        let asking = Pattern(#"\bSELECT [\w*].*\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b"#)
        let files = try Checkout.files(below: ["Sources/Web", "Sources/Webhooks", "Channels"]).filter { !$0.isTest }
        #expect(files.filter { asking.isFound(in: $0.code) }.map(\.path) == [])
        #expect(asking.isFound(in: "all(\"SELECT number FROM orders\")"))
    }

    @Test func `rules are handed the time and never throw dice`() throws {
        let reaching = Pattern(
            #"\bDate\(|\.random\(in|SystemRandomNumberGenerator|ContinuousClock|SuspendingClock|\bclock\.now\(\)|Instant\.now|Task\.sleep"#
                + #"|ProcessInfo|getenv\(|FileManager|URLSession"#)
        let folders = ["Vocabulary", "JSONText", "ChannelKit", "Storage"] + Floors.rooms.sorted()
        let files = try Checkout.files(below: folders.map { "Sources/\($0)" } + ["Channels"]).filter { !$0.isTest }
        #expect(files.flatMap { file in reaching.found(in: file.code).map { "\(file.path):\($0.line): \($0.word)" } } == [])
        #expect(reaching.isFound(in: "let now = Date()") && reaching.isFound(in: "Int.random(in: 0...9)"))
    }
}
