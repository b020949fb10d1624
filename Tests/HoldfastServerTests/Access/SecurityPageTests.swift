import Foundation
import HoldfastCore
import Testing

@testable import HoldfastServer

@Suite("The page about letting people in")
struct SecurityPageTests {
    @Test func `its table of roles is the rule`() throws {
        let rows = try rows(of: "## Roles")
        let columns = [nil, CallerRole.viewer, .operator, .admin]
        #expect(rows[0].dropFirst() == ["no role", "`viewer`", "`operator`", "`admin`"])
        #expect(rows.count == 1 + Permission.allCases.count)
        for (permission, row) in zip(Permission.allCases, rows.dropFirst()) {
            let expected = columns.map { role in
                let caller = Caller(subject: "ana", roles: role.map { [$0] } ?? [], via: .apiKey)
                return words(AccessRule.reach(of: caller, for: permission), permission)
            }
            #expect(row.dropFirst() == expected[...], "\(permission)")
        }
    }

    @Test func `its limits are those of the server`() throws {
        let (limits, rows) = (RequestLimits(), try rows(of: "## Limits").dropFirst())
        let numbers = rows.map { $0[1].prefix { $0 != ";" }.filter { $0.isNumber || $0 == " " } }
        try #require(numbers.count == 5)
        #expect(numbers[0] == limits.streamsPerCaller.map(String.init))
        #expect(numbers[1] == limits.streamsPerAddress.map(String.init))
        let pair = numbers[2].split(separator: " ").compactMap { Int($0) }
        #expect(pair == [limits.requestsPerSecond, limits.requestBurst])
        #expect(numbers[3] == limits.headerBytes.map(String.init))
        #expect(numbers[4] == limits.queryBytes.map(String.init))
    }

    @Test func `its times are those of the server`() throws {
        let text = try text()
        let authentication = try Guest.authentication()
        #expect(authentication.sessionLifetime == .seconds(12 * 3600) && text.contains("`12h` when absent"))
        #expect(
            AccessConfiguration().streamTokenLifetime == .seconds(900) && text.contains("`15m` when absent"))
        #expect(authentication.clockSkew == .seconds(30) && text.contains("Times may be off by 30 s"))
        #expect(Secret.minimumBytes == 32 && text.contains("of at least 32 bytes"))
    }

    private func words(_ reach: AccessRule.Reach, _ permission: Permission) -> String {
        switch (permission, reach) {
        case (.enqueue, .all): "for anybody (`owner`)"
        case (.enqueue, _): "for oneself"
        case (.readEngine, _), (.changeEngine, _): reach == .all ? "yes" : "no"
        case (_, .all): "all"
        case (_, .own): "one's own"
        case (_, .none): "no"
        }
    }

    /// The cells of the table behind a headline, without the line below its head.
    private func rows(of headline: String) throws -> [[String]] {
        let section = try #require(try text().split(separator: headline + "\n").last)
        let lines = section.split(separator: "\n").drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
        return lines.filter { !$0.hasPrefix("| ---") }.map { line in
            line.dropFirst().dropLast().split(separator: "|").map { cell in
                String(cell.trimmingPrefix(" ").reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    private func text() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appending(path: "Docs/Holdfast.docc/Security.md"), encoding: .utf8)
    }
}
