// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "holdfast",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Holdfast", targets: ["Holdfast"]),
        .library(name: "HoldfastServer", targets: ["HoldfastServer"]),
        .library(name: "HoldfastModels", targets: ["HoldfastModels"]),
        .library(name: "HoldfastClient", targets: ["HoldfastClient"]),
        .library(name: "HoldfastTesting", targets: ["HoldfastTesting"]),
        .executable(name: "holdfast", targets: ["HoldfastCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        .target(name: "HoldfastCore", swiftSettings: strict),
        .target(
            name: "HoldfastStore",
            dependencies: [
                "CZlib", "HoldfastCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HoldfastEngine",
            dependencies: [
                "HoldfastCore", "HoldfastStore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HoldfastTesting",
            dependencies: [
                "HoldfastCore", "HoldfastStore", "HoldfastEngine",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(name: "HoldfastAPI", dependencies: ["HoldfastCore"], swiftSettings: strict),
        .target(
            name: "ClientFiles", path: "Sources/HoldfastServer/Clients",
            resources: [.embedInCode("JavaScript"), .embedInCode("Python")], swiftSettings: strict),
        .target(
            name: "HoldfastServer",
            dependencies: [
                "CZlib", "ClientFiles", "HoldfastAPI", "HoldfastCore", "HoldfastStore", "HoldfastEngine",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
        .target(
            name: "HoldfastClient",
            dependencies: [
                "HoldfastAPI", "HoldfastCore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HoldfastCLI",
            dependencies: [
                "HoldfastAPI", "HoldfastClient", "HoldfastCore", "HoldfastStore", "HoldfastEngine",
                "HoldfastSQLite", "HoldfastServer", "InventoryExample", "PublishingExample",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HoldfastModels",
            dependencies: [
                "HoldfastCore", "HoldfastEngine",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "HoldfastCommand", dependencies: ["HoldfastCLI"], swiftSettings: strict),
        .target(name: "CBenchFloor", dependencies: ["CSQLite"]),
        .executableTarget(
            name: "HoldfastBench",
            dependencies: [
                "HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastSQLite", "HoldfastServer",
                "HoldfastClient", "HoldfastCLI", "HoldfastTesting", "CBenchFloor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "QuickStart", dependencies: ["Holdfast"], path: "Docs/Examples/QuickStart",
            swiftSettings: strict),
        .target(
            name: "RetriesExample", dependencies: ["Holdfast"], path: "Docs/Examples/Retries",
            swiftSettings: strict),
        .target(
            name: "InventoryExample",
            dependencies: [
                "HoldfastCore", "HoldfastEngine", .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Docs/Examples/Inventory",
            swiftSettings: strict
        ),
        .target(
            name: "PublishingExample", dependencies: ["HoldfastCore", "HoldfastEngine"],
            path: "Docs/Examples/Publishing", swiftSettings: strict),
        .target(
            name: "WaitingExample", dependencies: ["Holdfast"], path: "Docs/Examples/Waiting",
            swiftSettings: strict),
        .target(
            name: "WatchingExample", dependencies: ["HoldfastAPI", "HoldfastClient", "HoldfastCore"],
            path: "Docs/Examples/Watching", swiftSettings: strict),
        .target(
            name: "ReportsExample", dependencies: ["Holdfast"], path: "Docs/Examples/Reports",
            swiftSettings: strict),
        .target(name: "AppPageExample", path: "Docs/Examples/AppPage", swiftSettings: strict),
        .target(
            name: "AgentWorkflowExample",
            dependencies: [
                "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Docs/Examples/AgentWorkflow", swiftSettings: strict),
        .target(
            name: "PlannerExample",
            dependencies: [
                "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Docs/Examples/Planner", swiftSettings: strict),
        .target(
            name: "OrdersExample", dependencies: ["Holdfast", "CSQLite"], path: "Docs/Examples/Orders",
            swiftSettings: strict),
        .executableTarget(
            name: "Newsroom",
            dependencies: [
                "Holdfast", "HoldfastServer", "OrdersExample",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Docs/Examples/Newsroom",
            swiftSettings: strict
        ),
        .target(
            name: "RecipeBatchExample",
            dependencies: [
                "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer",
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Docs/Examples/RecipeBatch",
            swiftSettings: strict
        ),
        .target(
            name: "CodeGenerationExample",
            dependencies: [
                "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer",
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Docs/Examples/CodeGeneration",
            swiftSettings: strict
        ),
        .target(
            name: "ToolAgentExample",
            dependencies: [
                "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Docs/Examples/ToolAgent",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ReferenceApps",
            dependencies: [
                "AgentWorkflowExample", "CodeGenerationExample", "Holdfast", "HoldfastModels",
                "HoldfastServer",
                "PlannerExample", "RecipeBatchExample", "ToolAgentExample",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Docs/Examples/ReferenceApps",
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "SQLiteMigrations", path: "Migrations/SQLite", resources: [.embedInCode("sql")],
            swiftSettings: strict),
        .target(
            name: "HoldfastSQLite",
            dependencies: ["HoldfastCore", "HoldfastStore", "CSQLite", "SQLiteMigrations"],
            swiftSettings: strict
        ),
        .target(
            name: "Holdfast",
            dependencies: ["HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastSQLite"],
            swiftSettings: strict
        ),
        .target(
            name: "StoreConformance",
            dependencies: ["HoldfastCore", "HoldfastStore", "HoldfastTesting"],
            path: "Tests/StoreConformance",
            swiftSettings: strict
        ),
        .testTarget(
            name: "HoldfastTestingTests",
            dependencies: [
                "Holdfast", "HoldfastTesting", "HoldfastStore", "HoldfastCore", "RetriesExample",
                "StoreConformance",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HoldfastSQLiteTests",
            dependencies: [
                "HoldfastSQLite", "HoldfastStore", "HoldfastCore", "HoldfastEngine", "HoldfastTesting",
                "CSQLite", "OrdersExample", "SQLiteMigrations", "StoreConformance",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "HoldfastCoreTests", dependencies: ["HoldfastCore"], swiftSettings: strict),
        .testTarget(
            name: "HoldfastCLITests",
            dependencies: [
                "HoldfastAPI", "HoldfastCLI", "HoldfastCore", "HoldfastEngine", "HoldfastSQLite",
                "HoldfastServer", "HoldfastStore", "HoldfastTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WaitingExampleTests",
            dependencies: [
                "HoldfastCore", "HoldfastEngine", "HoldfastStore", "HoldfastTesting", "PublishingExample",
                "WaitingExample",
            ],
            swiftSettings: strict),
        .testTarget(name: "InventoryExampleTests", dependencies: ["InventoryExample"], swiftSettings: strict),
        .target(
            name: "ServerTestSupport",
            dependencies: [
                "HoldfastAPI", "HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastServer",
                "HoldfastTesting",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/ServerTestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReferenceAppsTests",
            dependencies: [
                "HoldfastAPI", "HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastModels",
                "AgentWorkflowExample", "CodeGenerationExample", "HoldfastServer", "HoldfastTesting",
                "PlannerExample", "RecipeBatchExample", "ReferenceApps", "ServerTestSupport",
                "ToolAgentExample",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HoldfastClientTests",
            dependencies: [
                "HoldfastAPI", "HoldfastClient", "HoldfastCore", "HoldfastTesting", "WatchingExample",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HoldfastServerTests",
            dependencies: [
                "CZlib", "HoldfastAPI", "HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastServer",
                "HoldfastTesting", "ServerTestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HoldfastModelsTests",
            dependencies: [
                "HoldfastCore", "HoldfastEngine", "HoldfastModels", "HoldfastTesting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HoldfastEngineTests",
            dependencies: [
                "HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastTesting", "ReportsExample",
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HoldfastStoreTests", dependencies: ["HoldfastCore", "HoldfastStore", "HoldfastTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ReplayTests", dependencies: ["HoldfastCore", "HoldfastStore", "HoldfastTesting"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CSQLite", "HoldfastCommand", "HoldfastTesting", "Newsroom", "ReferenceApps",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "HouseRulesTests", swiftSettings: strict),
    ]
)
