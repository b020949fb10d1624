import HoldfastAPI
import HoldfastCore
import Testing

@Suite("Problems")
struct ProblemTests {
    /// What programs compare: a change here breaks them.
    static let kinds: [(type: String, status: Int)] = [
        ("malformed-json", 400), ("unknown-field", 400), ("invalid-field", 400), ("invalid-parameter", 400),
        ("invalid-header", 400), ("invalid-cursor", 400), ("unauthenticated", 401), ("forbidden", 403),
        ("too-many", 429), ("cross-site", 403), ("unknown-job", 404),
        ("pruned", 410), ("redacted", 410),
        ("unknown-schedule", 404), ("unknown-payload", 404),
        ("unknown-artifact", 404), ("range-outside", 416), ("unknown-checkpoint", 404), ("unknown-step", 404),
        ("decided", 409),
        ("unknown-bulk", 404), ("unknown-route", 404), ("wrong-method", 405), ("job-ended", 409),
        ("not-possible", 409),
        ("duplicate", 409), ("no-budget", 409), ("budget-not-raised", 409), ("foreign-cursor", 409),
        ("pruned-cursor", 410),
        ("too-large", 413), ("wrong-host", 421),
        ("unknown-kind", 422), ("request-reused", 422),
        ("refused", 400), ("job-exists", 409), ("content-missing", 409), ("invalid-export", 400),
        ("read-only", 403), ("store-fails", 500), ("unavailable", 503), ("internal-error", 500),
    ]

    @Test func `every kind keeps its type and its status`() {
        #expect(ProblemKind.allCases.map(\.rawValue) == ProblemTests.kinds.map(\.type))
        #expect(ProblemKind.allCases.map(\.status) == ProblemTests.kinds.map(\.status))
        #expect(Set(ProblemKind.allCases.map(\.title)).count == ProblemTests.kinds.count)
    }

    @Test(arguments: ProblemKind.allCases)
    func `a problem that was sent is read back`(kind: ProblemKind) {
        let problem = Problem(
            kind, detail: "a \"quoted\" reason",
            extras: [ProblemExtra("field", "é"), ProblemExtra("limit", 7)])
        #expect(Problem(parsing: problem.json.text) == problem)
        #expect(problem.kind == kind)
    }

    @Test func `its JSON has the fields of RFC 9457, then its own`() throws {
        let problem = Problem(.unknownJob, detail: "there is no such job", extras: [ProblemExtra("x", 1)])
        #expect(
            problem.json.text
                == #"{"type":"urn:holdfast:problem:unknown-job","title":"No such job","status":404,"#
                + #""detail":"there is no such job","x":1}"#)
    }

    @Test(arguments: ["", "x", "{}", "[]", "{\"type\":\"a\",\"title\":\"b\"}", "{\"type\":1}"])
    func `what is no problem is not taken for one`(text: String) {
        #expect(Problem(parsing: text) == nil)
    }

    @Test func `a problem of a newer server is read without being known`() {
        let text = #"{"type":"urn:holdfast:problem:too-tired","title":"T","status":418}"#
        let problem = Problem(parsing: text)
        #expect(problem?.kind == nil)
        #expect(problem?.status == 418)
        #expect(problem?.detail == "T")
    }
}
