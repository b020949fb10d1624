import Holdfast

/// A job whose handler is a closure of the test.
struct Script: Job {
    static let kind: JobKind = "test.script"
    typealias Output = String
    var name = "script"
    var seconds = 0
}

struct ScriptHandler: JobHandler {
    let body: @Sendable (Script, JobContext) async throws -> String

    init(_ body: @escaping @Sendable (Script, JobContext) async throws -> String) { self.body = body }

    func run(_ job: Script, _ context: JobContext) async throws -> String { try await body(job, context) }
}

/// What goes wrong in a step.
struct Refusal: Error, CustomStringConvertible {
    var description = "the other side refused"
}
