// swift-tools-version: 6.2
import PackageDescription

/// One line for each channel: adding one touches its folder, this list and `House/ChannelRegistry.swift`.
let channels = ["Shopify", "WooCommerce", "Amazon", "Square"]

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Tests are built beside the program as it is released. Making them fast takes the compiler longer than they run.
let testing = strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let asyncHTTP = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// A floor of the house: its sources are `Sources/<name>`, its tests, when it has any, `Tests/<name>Tests`.
func room(_ name: String, on dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, exclude: [], resources: resources, swiftSettings: strict)
}
func tests(_ name: String, on dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources, swiftSettings: testing)
}

/// Code that only tests use.
func support(_ name: String, on dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}
/// A guest of the house: connector, twin and tests in one folder, knowing only the kit.
func channel(_ name: String) -> [Target] {
    [
        .target(
            name: "\(name)Channel", dependencies: ["ChannelKit", "JSONText", "Vocabulary"], path: "Channels/\(name)/Sources", swiftSettings: strict),
        .testTarget(
            name: "\(name)ChannelTests",
            dependencies: [.byName(name: "\(name)Channel"), "ChannelConformance", "ChannelKit", "JSONText", "TestSupport", "Vocabulary"],
            path: "Channels/\(name)/Tests", swiftSettings: testing),
    ]
}

let package = Package(
    name: "tributary",
    defaultLocalization: "en",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "tributary", targets: ["tributary"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        // The ground floor.
        room("Vocabulary"),
        room("JSONText"),
        room("ChannelKit", on: ["Vocabulary", crypto]),
        room("Storage"),
        room("SQLiteStorage", on: ["Storage", grdb, sqlite]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        room("PostgresStorage", on: ["CLibPQ", "Storage"]),
        room("Ledger", on: ["Storage", "Vocabulary", crypto]),
        room("Access", on: ["Storage", "Vocabulary", crypto, cryptoExtras]),
        room("Journal", on: ["JSONText", "Storage", "Vocabulary"]),
        room("Catalog", on: ["JSONText", "Storage", "Vocabulary"]),
        room("Inventory", on: ["Catalog", "Ledger", "Storage", "Vocabulary"]),
        room("Orders", on: ["Catalog", "Inventory", "JSONText", "Journal", "Ledger", "Storage", "Vocabulary"]),
        room("Availability", on: ["Catalog", "Inventory", "Ledger", "Storage", "Vocabulary"]),
        room(
            "ChannelSync",
            on: ["Availability", "Catalog", "ChannelKit", "Inventory", "JSONText", "Journal", "Ledger", "Orders", "Storage", "Vocabulary", logging]),

        .target(
            name: "Web",
            dependencies: [
                "Access", "Availability", "Catalog", "ChannelKit", "ChannelSync", "Inventory", "JSONText", "Journal", "Ledger", "Orders", "Storage",
                "Vocabulary", crypto, hummingbird, mustache, logging, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict, plugins: ["EmbedText"]),
        .executableTarget(name: "embed-text", swiftSettings: strict),
        .plugin(name: "EmbedText", capability: .buildTool(), dependencies: ["embed-text"]),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Access", "Availability", "Catalog", "ChannelKit", "ChannelSync", "Inventory", "JSONText", "Journal", "Ledger", "Orders",
                "SQLiteStorage", "Storage",
                "Vocabulary", "Web", "Webhooks", hummingbird, .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/WebTests", swiftSettings: testing),

        room("Trade", on: ["ChannelKit", "Vocabulary"]),
        room("Clocks", on: ["Vocabulary"]),
        room(
            "Webhooks",
            on: [
                "ChannelKit", "ChannelSync", "Vocabulary", hummingbird, .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        room(
            "House",
            on: [
                "Access", "Availability", "Catalog", "ChannelKit", "ChannelSync", "Inventory", "Journal", "Ledger", "Orders", "PostgresStorage",
                "SQLiteStorage", "Storage", "Vocabulary", crypto,
            ] + channels.map { .byName(name: "\($0)Channel") }),
        room(
            "Serving",
            on: [
                "AmazonChannel", "Availability", "Catalog", "ChannelKit", "ChannelSync", "Clocks", "House", "Inventory", "JSONText", "Journal",
                "Ledger", "Orders",
                "Storage", "Trade", "Vocabulary", "Web", "Webhooks", hummingbird, asyncHTTP, logging, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        room(
            "Simulation",
            on: [
                "Availability", "Catalog", "ChannelKit", "ChannelSync", "Clocks", "Inventory", "JSONText", "Ledger", "SQLiteStorage", "Storage",
                "Vocabulary", crypto, logging,
            ]),
        .executableTarget(
            name: "tributary",
            dependencies: [
                "Access", "ChannelKit", "ChannelSync", "Clocks", "House", "JSONText", "Ledger", "Serving", "Simulation", "Storage", "Trade",
                "Vocabulary", "Web",
                arguments, logging,
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "tributary-bench",
            dependencies: [
                "Catalog", "ChannelKit", "ChannelSync", "Clocks", "House", "Inventory", "JSONText", "Orders", "SQLiteStorage", "Serving", "Storage",
                "Trade", "Vocabulary",
                "Webhooks", "WooCommerceChannel", hummingbird, asyncHTTP, logging, .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),

        // What tests stand on.
        support("TestSupport"),
        tests("Vocabulary", on: ["TestSupport", "Vocabulary"]),
        tests("Clocks", on: ["Clocks", "Vocabulary"]),
        tests("JSONText", on: ["JSONText", "TestSupport"]),
        tests("ChannelKit", on: ["ChannelKit", "JSONText", "TestSupport", "Vocabulary"]),
        tests("Trade", on: ["ChannelKit", "TestSupport", "Trade", "Vocabulary"]),
        support("PostgresSupport", on: ["CLibPQ", "PostgresStorage", "Vocabulary"]),
        support(
            "RoomSupport",
            on: [
                "Access", "Availability", "Catalog", "Inventory", "Journal", "Ledger", "Orders", "PostgresStorage", "PostgresSupport",
                "SQLiteStorage", "Storage", "Vocabulary",
            ]),
        tests("Storage", on: ["RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests(
            "Postgres",
            on: [
                "Catalog", "ChannelSync", "Clocks", "House", "Inventory", "Ledger", "Orders", "PostgresStorage", "PostgresSupport", "RoomSupport",
                "Storage", "Vocabulary",
            ]),
        tests("Ledger", on: ["Inventory", "Ledger", "RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests("Access", on: ["Access", "RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests("Journal", on: ["JSONText", "Journal", "RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests("Catalog", on: ["Catalog", "RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests("Inventory", on: ["Catalog", "Inventory", "Ledger", "RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests("Availability", on: ["Availability", "Catalog", "Inventory", "Ledger", "RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests("Orders", on: ["Catalog", "Inventory", "Journal", "Ledger", "Orders", "RoomSupport", "SQLiteStorage", "Storage", "Vocabulary"]),
        tests(
            "Scenario",
            on: [
                "Access", "Availability", "Catalog", "ChannelKit", "ChannelSync", "Clocks", "House", "Inventory", "JSONText", "Journal", "Ledger",
                "Orders",
                "RoomSupport", "SQLiteStorage", "Storage", "TestSupport", "Trade", "Vocabulary", "AmazonChannel", "ShopifyChannel",
                "WooCommerceChannel", logging,
            ]),
        tests("Simulation", on: ["ChannelSync", "House", "Simulation", "Vocabulary"]),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "ChannelKit", "ChannelSync", "Serving", "Vocabulary", asyncHTTP, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/ServingTests", swiftSettings: testing),
        tests("Tidy", on: []),
        // Reads spoiled inputs with every parser, in processes of its own that may die of it: Tests/BlackBox/run parsers.
        .executableTarget(
            name: "parser-torture",
            dependencies: ["ChannelKit", "ChannelSync", "House", "JSONText", "Trade", "Vocabulary", "Web"],
            path: "Tests/ParserTorture", swiftSettings: strict),
        support("ChannelConformance", on: ["ChannelKit", "JSONText", "TestSupport", "Vocabulary"]),
    ] + channels.flatMap(channel)
)
