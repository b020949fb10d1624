import HoldfastCore
import Testing

/// Which names and media types artifacts may have.
struct ArtifactNameTests {
    @Test(arguments: [
        "report.pdf", "src/main.swift", ".hidden", "a/.b/c", "...", "..a", "bücher 📒.pdf", "a b", "-", "C:",
        String(repeating: "x", count: 200),
    ])
    func `a name leads to one place within the job`(text: String) throws {
        #expect(ArtifactName(rawValue: text)?.rawValue == text)
        #expect(try ArtifactName(validating: text).description == text)
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "a\\b", "a\nb", "a\u{0}",
        "a\u{85}b", String(repeating: "x", count: 201),
    ])
    func `a name that leads elsewhere is refused`(text: String) {
        #expect(ArtifactName(rawValue: text) == nil)
        #expect(throws: ArtifactFault.invalidName(text)) { try ArtifactName(validating: text) }
    }

    @Test func `a file is saved under the last part of its name`() {
        #expect(ArtifactName("src/deep/main.swift").lastPart == "main.swift")
        #expect(ArtifactName("report.pdf").lastPart == "report.pdf")
    }

    @Test(arguments: [
        "application/pdf", "text/plain; charset=utf-8", "image/svg+xml", "application/vnd.api+json", "a/b",
    ])
    func `a media type has a type and a subtype`(text: String) throws {
        #expect(try MediaType(validating: text).rawValue == text)
    }

    @Test(arguments: [
        "", "pdf", "/pdf", "text/", "a/b/c", "te xt/plain", "text/pl\r\nain", "text/plain\r\nX: y",
        "téxt/plain",
        "text/plain; charset=\u{7F}", "a/" + String(repeating: "b", count: 199),
    ])
    func `what is no media type, or would break a header, is refused`(text: String) {
        #expect(MediaType(rawValue: text) == nil)
        #expect(throws: ArtifactFault.invalidMediaType(text)) { try MediaType(validating: text) }
    }
}
