import Testing

@Suite("Words in the text")
struct TextTests {
    @Test func `no path of somebody's machine is written down`() {
        Repository.expectKept(machinePathRule)
    }

    @Test(arguments: ["/work/main", "/tmp/holdfast.db", "/home/ana/log", "/Users/ana/log", "/root/log"])
    func `a path of a machine is found in code and documents`(path: String) {
        #expect(
            machinePathRule(SourceFile("Sources/HoldfastCLI/Demo.swift", "\nlet a = \"\(path)\"")).map(\.line)
                == [2])
        #expect(
            machinePathRule(SourceFile("Docs/Holdfast.docc/Operating.md", "see `\(path)`")).map(\.line) == [1]
        )
        #expect(machinePathRule(SourceFile("README.md", "see \(path)")).map(\.line) == [1])
    }

    @Test(arguments: [
        "https://example.com/work/1", "network/work/loop", "/usr", "/var/lib/holdfast/holdfast.db",
    ])
    func `an address and a path of the system pass`(text: String) {
        #expect(machinePathRule(SourceFile("Docs/Holdfast.docc/Operating.md", text)).isEmpty)
    }

    @Test func `no comment promises to finish later`() {
        Repository.expectKept(unfinishedRule)
    }

    @Test(arguments: ["// TODO: the rest", "/* FIXME */", "/// XXX"])
    func `a promise is found in comments only`(comment: String) {
        #expect(
            unfinishedRule(SourceFile("Sources/HoldfastCore/Job.swift", "\n\(comment)\n")).map(\.line) == [2])
        #expect(
            unfinishedRule(SourceFile("Sources/HoldfastCore/Job.swift", "let a = \"\(comment)\"")).isEmpty)
    }
}

/// Finds temporary folders and homes of users in sources and documents.
@Sendable func machinePathRule(_ file: SourceFile) -> [Finding] {
    guard !file.lies(in: ["Tests/"]) else { return [] }
    let path = #/(?:^|[^\w.\-\/])\/(?:work|tmp|root|home|Users)\//#
    return file.findings("no path of one machine", in: file.lines) { $0.contains(path) }
}

/// Finds marks of unfinished work in comments; open work is an issue.
@Sendable func unfinishedRule(_ file: SourceFile) -> [Finding] {
    let mark = #/\b(TODO|FIXME|XXX)\b/#.simpleWords
    return file.findings("finish it or open an issue", in: file.swift?.commentLines ?? []) {
        $0.contains(mark)
    }
}
