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
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        .target(name: "HoldfastCore", swiftSettings: strict),
        .target(
            name: "HoldfastStore",
            dependencies: [
                "HoldfastCore",
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
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HoldfastTesting",
            dependencies: ["HoldfastCore", "HoldfastStore"],
            swiftSettings: strict
        ),
        .target(
            name: "HoldfastCLI", path: "Sources/HoldfastCLI", sources: ["Terminal"], swiftSettings: strict),
        .target(
            name: "InventoryExample",
            dependencies: [
                "HoldfastCore", "HoldfastEngine", .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Docs/Examples/Inventory",
            swiftSettings: strict
        ),
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
            dependencies: ["HoldfastTesting", "HoldfastStore", "HoldfastCore", "StoreConformance"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HoldfastSQLiteTests",
            dependencies: ["HoldfastSQLite", "HoldfastStore", "HoldfastCore", "StoreConformance"],
            swiftSettings: strict
        ),
        .testTarget(name: "HoldfastCoreTests", dependencies: ["HoldfastCore"], swiftSettings: strict),
        .testTarget(name: "HoldfastCLITests", dependencies: ["HoldfastCLI"], swiftSettings: strict),
        .testTarget(name: "InventoryExampleTests", dependencies: ["InventoryExample"], swiftSettings: strict),
        .testTarget(name: "HouseRulesTests", swiftSettings: strict),
    ]
)
