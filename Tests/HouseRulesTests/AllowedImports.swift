/// What each target may import: the one table to edit when a target gets a dependency.
///
/// A row is a folder and the modules its files may name in an `import`. Modules of the platform and
/// of packages are listed as well, because each target earns its place by what it does without: the
/// core by having no input, output, clock or Foundation; the engine by having no SQL and no HTTP;
/// the server by not knowing which store it has.
enum AllowedImports {
    static let rows: [String: Set<String>] = [
        "Sources/HoldfastCore": [],
        "Sources/HoldfastStore": system + essentials + [
            "CZlib", "HoldfastCore",
            "Crypto", "DequeModule",
        ],
        "Sources/HoldfastSQLite": system + essentials + [
            "HoldfastCore", "HoldfastStore", "CSQLite", "SQLiteMigrations",
            "Crypto", "DequeModule",
        ],
        "Sources/HoldfastEngine": system + foundation + [
            "HoldfastCore", "HoldfastStore",
            "Crypto", "DequeModule", "HeapModule", "Logging", "Metrics", "ServiceLifecycle", "Tracing",
        ],
        "Sources/Holdfast": [
            "HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastSQLite",
        ],
        "Sources/HoldfastAPI": essentials + ["HoldfastCore"],
        "Sources/HoldfastServer": system + foundation + [
            "CZlib", "ClientFiles", "HoldfastAPI", "HoldfastCore", "HoldfastStore", "HoldfastEngine",
            "Crypto", "DequeModule", "HTTPTypes", "Hummingbird", "HummingbirdCore", "HummingbirdHTTP2",
            "JWTKit",
            "Logging", "Metrics", "NIOCore", "ServiceLifecycle",
        ],
        "Sources/HoldfastModels": system + essentials + [
            "HoldfastCore", "HoldfastEngine",
            "AsyncHTTPClient", "Crypto", "NIOCore", "NIOHTTP1",
        ],
        "Sources/HoldfastClient": system + foundation + [
            "HoldfastAPI", "HoldfastCore",
            "AsyncHTTPClient", "NIOCore", "NIOHTTP1",
        ],
        "Sources/HoldfastCLI": system + foundation + [
            "HoldfastAPI", "HoldfastCore", "HoldfastStore", "HoldfastSQLite", "HoldfastEngine",
            "HoldfastServer", "HoldfastClient", "InventoryExample", "PublishingExample",
            "SQLiteMigrations", "UnixSignals",
            "ArgumentParser", "Crypto", "Hummingbird", "Logging", "Metrics", "ServiceLifecycle",
        ],
        "Sources/HoldfastCommand": ["HoldfastCLI", "ArgumentParser"],
        "Sources/HoldfastBench": system + foundation + [
            "HoldfastCore", "HoldfastStore", "HoldfastSQLite", "HoldfastEngine", "HoldfastServer",
            "HoldfastClient", "HoldfastCLI", "HoldfastTesting", "CBenchFloor",
            "ArgumentParser", "Hummingbird", "Logging", "NIOCore", "ServiceLifecycle",
        ],
        "Sources/HoldfastTesting": system + essentials + [
            "HoldfastCore", "HoldfastStore", "HoldfastEngine",
            "DequeModule", "HeapModule", "Logging", "ServiceLifecycle", "Testing",
        ],
        "Migrations/SQLite": [],
        "Docs/Examples/AppPage": [],
        "Docs/Examples/AgentWorkflow": foundation + [
            "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer", "HTTPTypes", "Hummingbird",
        ],
        "Docs/Examples/CodeGeneration": [
            "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer", "Hummingbird",
        ],
        "Docs/Examples/Inventory": system + foundation + [
            "Holdfast", "HoldfastCore", "HoldfastEngine", "Crypto",
        ],
        "Docs/Examples/Newsroom": foundation + [
            "Holdfast", "HoldfastServer", "HTTPTypes", "Hummingbird", "Logging", "OrdersExample",
            "ServiceLifecycle",
            "UnixSignals",
        ],
        "Docs/Examples/Orders": ["Holdfast", "CSQLite"],
        "Docs/Examples/Planner": foundation + [
            "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer", "HTTPTypes", "Hummingbird",
        ],
        "Docs/Examples/Publishing": foundation + ["HoldfastCore", "HoldfastEngine"],
        "Docs/Examples/RecipeBatch": essentials + [
            "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer", "Hummingbird",
        ],
        "Docs/Examples/ReferenceApps": foundation + [
            "AgentWorkflowExample", "CodeGenerationExample", "Holdfast", "HoldfastModels",
            "HoldfastServer", "HTTPTypes", "Hummingbird", "Logging", "PlannerExample",
            "RecipeBatchExample", "ServiceLifecycle", "ToolAgentExample", "UnixSignals",
        ],
        "Docs/Examples/Reports": ["Holdfast"],
        "Docs/Examples/QuickStart": foundation + ["Holdfast"],
        "Docs/Examples/Retries": ["Holdfast"],
        "Docs/Examples/ToolAgent": foundation + [
            "AppPageExample", "Holdfast", "HoldfastModels", "HoldfastServer", "AsyncHTTPClient", "HTTPTypes",
            "Hummingbird",
            "NIOCore", "NIOHTTP1",
        ],
        "Docs/Examples/Waiting": ["Holdfast"],
        "Docs/Examples/Watching": ["HoldfastAPI", "HoldfastClient", "HoldfastCore"],
        "Tests/StoreConformance": system + foundation + [
            "HoldfastCore", "HoldfastStore", "HoldfastTesting",
            "Testing",
        ],
        "Tests/ServerTestSupport": system + [
            "HoldfastAPI", "HoldfastCore", "HoldfastStore", "HoldfastEngine", "HoldfastServer",
            "HoldfastTesting",
            "Logging", "NIOCore", "NIOPosix", "ServiceLifecycle", "Testing",
        ],
        "Tests/HouseRulesTests": ["Foundation", "Testing"],
    ]

    /// What the operating system and the toolchain bring; none of it is an opinion.
    private static let system: Set<String> = ["Darwin", "Dispatch", "Glibc", "Musl", "Synchronization"]

    /// The part of Foundation without locales, and its macOS stand-in where a file names both.
    private static let essentials: Set<String> = ["FoundationEssentials"]

    private static let foundation: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationInternationalization",
    ]

    /// Tells whether the folder holds Swift that needs a row here.
    static func mustList(_ folder: String) -> Bool {
        ["Sources/", "Migrations/", "Docs/Examples/"].contains { folder.hasPrefix($0) } || rows[folder] != nil
    }
}

private func + (modules: Set<String>, more: Set<String>) -> Set<String> {
    modules.union(more)
}
