import ArgumentParser
import HoldfastCore
import Testing

@testable import HoldfastCLI

/// Rules of retention as they are typed.
@Suite("Rules as text")
struct RetentionOptionTests {
    @Test(arguments: [
        (
            "kind=agent,state=completed,older-than=30d,keep=1000,keep-bytes=2G",
            RetentionRule(
                kind: "agent", states: [.completed], age: .seconds(30 * 86_400), newest: 1_000,
                newestBytes: 2 << 30)
        ),
        ("older-than=90m", RetentionRule(age: .seconds(5_400))),
        ("state=failed,state=cancelled,keep=7", RetentionRule(states: [.failed, .cancelled], newest: 7)),
        ("keep-bytes=1.5K", RetentionRule(newestBytes: 1_536)),
    ])
    func `a rule is read, written, and read again the same`(text: String, rule: RetentionRule) throws {
        #expect(try RetentionText.rule(text) == rule)
        #expect(try RetentionText.rule(RetentionText.text(of: rule)) == rule)
    }

    @Test(arguments: [
        "", "agent", "kind=agent", "state=completed", "older-than=yesterday", "keep=0", "keep=many",
        "keep-bytes=2X", "keep-bytes=-1", "age=30d", "kind=agent,,keep=1", "state=running,keep=1",
    ])
    func `what is no rule is refused`(text: String) {
        #expect(throws: ValidationError.self) { try RetentionText.rule(text) }
    }

    @Test(
        arguments: [
            ("0", 0), ("500", 500), ("64k", 65_536), ("500M", 500 << 20), ("2G", 2 << 30), ("2GiB", 2 << 30),
            ("2gb", 2 << 30), ("1.5T", 3 << 39), ("7b", 7),
        ] as [(String, Int64)])
    func `a size is read in units of 1024`(text: String, bytes: Int64) throws {
        #expect(try ValueReading.bytes(text) == bytes)
    }

    @Test(arguments: ["", "G", "1.2.3G", "5 G", "5Gx", "1e9", "9999999T", "٣G"])
    func `what is no size is refused`(text: String) {
        #expect(throws: ValidationError.self) { try ValueReading.bytes(text) }
    }

    @Test func `the length of a rule's age is written in its largest whole unit`() {
        let lengths: [(Duration, String)] = [
            (.seconds(86_400 * 30), "30d"), (.seconds(7_200), "2h"), (.seconds(5_400), "90m"),
            (.seconds(61), "61s"), (.milliseconds(1_500), "1500.0ms"), (.zero, "0d"),
        ]
        for (length, text) in lengths { #expect(RetentionText.text(of: length) == text) }
    }
}
