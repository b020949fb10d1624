import Foundation
import Testing

/// A file that may break one rule, and why.
///
/// Keep the list short: each line is a debt or a boundary.
struct Exemption: Sendable {
    /// The rules that can be lifted for a file.
    enum Rule: Sendable {
        /// The file may be longer than the limit.
        case size
        /// The file may read a real clock, wait on it or draw real random numbers.
        case realTimeAndChance
        /// The file may stop the process.
        case stoppingTheProcess
        /// The file may carry a banned word in its name or in a type's name.
        case bannedWord
    }

    let rule: Rule
    /// The path of one file, from the root.
    let path: String
    let reason: String

    static let all: [Exemption] = [
        Exemption(
            rule: .realTimeAndChance,
            path: "Sources/HoldfastEngine/Engine/EngineEnvironment.swift",
            reason: "the one place that makes the real clock and the real random source, to be handed in"
        ),
        Exemption(
            rule: .realTimeAndChance,
            path: "Sources/HoldfastClient/ClientEnvironment.swift",
            reason: "the same for programs that only talk to a server, and have no engine"
        ),
        Exemption(
            rule: .realTimeAndChance,
            path: "Sources/HoldfastStore/Log/CommitThread.swift",
            reason: "a blocked thread sleeps until a deadline of the kernel's; nothing recorded depends on it"
        ),
        Exemption(
            rule: .realTimeAndChance,
            path: "Sources/HoldfastTesting/Store/InMemoryStore+Sharing.swift",
            reason: "a blocked thread waits for another log's commit; nothing recorded depends on it"
        ),
    ]

    /// Tells whether the rule is lifted for the file.
    static func lifts(_ rule: Rule, for path: String) -> Bool {
        all.contains { $0.rule == rule && $0.path == path }
    }
}

@Suite("Exemptions")
struct ExemptionTests {
    @Test func `each exemption names a file that exists and says why`() {
        for exemption in Exemption.all {
            #expect(Repository.read(exemption.path) != nil, "\(exemption.path) is gone: remove its exemption")
            #expect(exemption.reason.count > 20, "\(exemption.path) needs a reason")
        }
    }
}
