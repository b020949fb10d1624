import Testing

@Suite("Imports")
struct ImportTests {
    @Test func `each target imports only what its row allows`() {
        Repository.expectKept(importRule)
    }

    @Test(arguments: [
        "import FoundationEssentials",
        "public import HoldfastStore",
        "@testable import HoldfastEngine",
        "@preconcurrency package import struct Foundation.URL",
        "@_exported import CSQLite",
    ])
    func `the core may import nothing, however it is written`(statement: String) {
        let file = SourceFile(
            "Sources/HoldfastCore/Job/JobState.swift", "// import Nothing\n" + statement + "\n")
        #expect(importRule(file).map(\.line) == [2])
    }

    @Test(arguments: [
        ("Sources/HoldfastSQLite/Connection.swift", "HoldfastEngine"),
        ("Sources/HoldfastSQLite/Connection.swift", "NIOCore"),
        ("Sources/HoldfastEngine/Worker.swift", "HoldfastSQLite"),
        ("Sources/HoldfastEngine/Worker.swift", "Hummingbird"),
        ("Sources/HoldfastServer/Routes.swift", "HoldfastSQLite"),
        ("Sources/HoldfastAPI/Problem.swift", "HoldfastEngine"),
        ("Sources/HoldfastClient/Client.swift", "HoldfastStore"),
        ("Sources/HoldfastCommand/Main.swift", "HoldfastSQLite"),
        ("Tests/StoreConformance/Appends.swift", "HoldfastSQLite"),
    ])
    func `a banned neighbour is found`(path: String, module: String) {
        #expect(importRule(SourceFile(path, "import \(module)\n")).count == 1)
    }

    @Test func `Foundation stands in for its essentials only beside them`() {
        let path = "Sources/HoldfastStore/EventCodec.swift"
        let guarded = """
            #if canImport(FoundationEssentials)
                import FoundationEssentials
            #else
                import Foundation
            #endif
            """
        #expect(importRule(SourceFile(path, guarded)).isEmpty)
        #expect(importRule(SourceFile(path, "import Foundation\n")).count == 1)
    }

    @Test func `a target without a row is found`() {
        #expect(importRule(SourceFile("Sources/HoldfastNowhere/Thing.swift", "struct Thing {}\n")).count == 1)
        #expect(
            importRule(SourceFile("Tests/HoldfastCoreTests/ThingTests.swift", "import Testing\n")).isEmpty)
    }
}

/// Finds imports that the row of the file's target does not list, and targets without a row.
///
/// Where a row lists `FoundationEssentials`, a file that imports it may name `Foundation` too: on
/// macOS, where the small module does not exist by itself, that is the other branch of the
/// condition.
@Sendable func importRule(_ file: SourceFile) -> [Finding] {
    guard let swift = file.swift, AllowedImports.mustList(file.target) else { return [] }
    guard let allowed = AllowedImports.rows[file.target] else {
        let message = "\(file.target) has no row in AllowedImports.swift"
        return [Finding(path: file.path, line: 1, message: message)]
    }
    let imports = swift.codeLines.enumerated().compactMap { number, line in
        importedModule(in: line).map { (line: number + 1, module: $0) }
    }
    let hasEssentials = imports.contains { $0.module == "FoundationEssentials" }
    return imports.compactMap { line, module in
        if allowed.contains(module) { return nil }
        if module == "Foundation", hasEssentials, allowed.contains("FoundationEssentials") { return nil }
        return Finding(path: file.path, line: line, message: "\(file.target) must not import \(module)")
    }
}

/// Reads the module's name out of an import statement, whatever attributes, access level or kind it
/// carries.
private func importedModule(in line: String) -> String? {
    let statement = #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:[a-z]+\s+)?(\w+)/#
    return line.firstMatch(of: statement).map { String($0.1) }
}
