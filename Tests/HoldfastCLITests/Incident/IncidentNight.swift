import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

/// The night that the page *An incident at night* is about, played at moments that are always the same.
struct IncidentNight {
    let desk: CommandDesk
    private let failure = JobFailure(
        type: "RelayRefused", message: "550 message is not signed", step: StepKey("send"))

    /// Plays the night up to the moment at which somebody is woken up, with a worker that lives.
    func play(_ body: () async throws -> Void) async throws {
        try await run("", "migrate", by: "ben")
        try await desk.withEngine { engine in
            let storage = try #require(engine.log.backend as? any SharedStorage)
            try storage.announce(engine.id)
            defer { storage.resign(engine.id) }
            let joined = WorkerJoined(
                worker: "mill/mail", engine: engine.id, queues: ["mail", .default],
                kinds: ["relay.switch", "statement.send"])
            try await engine.log.write { _ = $0.record(.workerJoined(joined), by: .engine(engine.id)) }
            try await evening()
            try await night()
            try await body()
        }
    }

    /// What happens behind a command of the page.
    func follow(_ command: [String], _ printed: String) async throws {
        if command.first == "enqueue" {
            let job = try #require(printed.firstMatch(of: #/Enqueued ([0-9a-f-]+)/#)?.output.1)
            try await askForSwitch(String(job), from: "mx2", to: "mx1", signs: true)
        }
        if command.first == "approve" {
            let job = try #require(
                try await desk.run("jobs", "--kind", "relay.switch", "--limit", "1", "--json").lines.first)
            try await completeSwitch(
                try #require(try JSONFields(JSONText(validating: job)).string("id")), relay: "mx1")
        }
        desk.clock.advance(by: .seconds(30))
    }

    private func evening() async throws {
        try await run("2026-10-08T22:00:00Z", "queue", "set", "mail", "--concurrency", "4", by: "ben")
        try await send(1041, at: "2026-10-08T22:05:00Z")
        let change = try await enqueue(
            "2026-10-08T22:10:00Z", "relay.switch", #"{"from":"mx1","to":"mx2"}"#, by: "ben")
        try await askForSwitch(change, from: "mx1", to: "mx2", signs: false)
        try await send(1042, at: "2026-10-08T23:50:00Z")
        try await run(
            "2026-10-09T00:31:00Z", "approve", change, "switch", "--reason", "mx2 is idle at night", by: "ana"
        )
        try await completeSwitch(change, relay: "mx2")
    }

    private func night() async throws {
        try await refuse(1043, at: "2026-10-09T01:00:00Z")
        try await refuse(1044, at: "2026-10-09T01:10:00Z")
        try await run(
            "2026-10-09T01:20:00Z", "queue", "pause", "mail", "--reason", "statements fail, see tomorrow",
            by: "bob")
        for (number, moment) in ["01:30", "01:50", "02:10", "02:30", "02:50"].enumerated() {
            _ = try await statement(1045 + number, at: "2026-10-09T\(moment):00Z")
        }
        try advance(to: "2026-10-09T03:00:00Z")
    }

    // MARK: - The jobs

    /// A statement that is sent.
    private func send(_ customer: Int, at moment: String) async throws {
        let job = try await statement(customer, at: moment)
        try await begin(job, relay: "mx1")
        try await desk.goOn(
            job,
            [finished("send", #"{"accepted":true}"#, 1_200), .complete(output: value(#"{"sent":true}"#))]
        )
    }

    /// A statement that the relay refuses three times.
    private func refuse(_ customer: Int, at moment: String) async throws {
        let job = try await statement(customer, at: moment)
        try await begin(job, relay: "mx2")
        for attempt in 1...3 {
            let line = LogWritten(
                level: .warning, message: "mx2 answered 550 message is not signed",
                metadata: JSONText(unchecked: #"{"relay":"mx2"}"#))
            try await desk.goOn(
                job,
                [
                    .writeLog(line), .failStep(StepKey("send"), failure, retryAt: nil, recorded: nil),
                    .failAttempt(failure, .byPolicy(random: 0)),
                ])
            guard attempt < 3 else { break }
            desk.clock.advance(by: .seconds(60))
            let id = try #require(JobID(job))
            try await desk.withEngine { engine in
                _ = try await engine.log.write { try $0.execute(.fireTimer, on: id, by: .engine(engine.id)) }
            }
            try await desk.work(job, [.startStep(StepKey("send"), recorded: nil)])
            desk.clock.advance(by: .milliseconds(1_200))
        }
    }

    /// What all statements begin with, up to the sending.
    private func begin(_ job: String, relay: String) async throws {
        try await desk.work(job, [.startStep(StepKey("choose-relay"), recorded: nil)])
        desk.clock.advance(by: .milliseconds(40))
        try await desk.goOn(
            job,
            [
                finished("choose-relay", #"{"relay":"\#(relay)"}"#, 40),
                .startStep(StepKey("render"), recorded: nil),
            ])
        desk.clock.advance(by: .milliseconds(2_500))
        try await desk.goOn(
            job, [finished("render", #"{"pages":3}"#, 2_500), .startStep(StepKey("send"), recorded: nil)])
        desk.clock.advance(by: .milliseconds(1_200))
    }

    private func statement(_ customer: Int, at moment: String) async throws -> String {
        try await enqueue(
            moment, "statement.send", #"{"customer":\#(customer)}"#, "--queue", "mail", "--max-attempts", "3",
            "--backoff", "constant", "--wait", "1m", by: "billing")
    }

    private func askForSwitch(_ job: String, from: String, to: String, signs: Bool) async throws {
        let gate = WaitKey(.checkpoint, "switch")
        let summary = value(#"{"signs":\#(signs),"from":"\#(from)","to":"\#(to)"}"#)
        try await desk.work(
            job,
            [
                .startStep(StepKey("probe"), recorded: nil),
                finished("probe", #"{"relay":"\#(to)","accepts":true,"signs":\#(signs)}"#, 300),
                .openCheckpoint(CheckpointOpened(checkpoint: gate, summary: summary), recorded: nil),
                .wait([.wait(gate, until: nil)], isOver: false),
            ])
    }

    private func completeSwitch(_ job: String, relay: String) async throws {
        try await desk.work(job, [.complete(output: value(#"{"relay":"\#(relay)"}"#))])
    }

    // MARK: - Words

    private func finished(_ step: StepName, _ output: String, _ milliseconds: Int64) -> WorkCommand {
        .completeStep(
            StepKey(step), output: value(output), duration: milliseconds * 1_000, recorded: nil)
    }

    private func value(_ text: String) -> Payload { .inline(JSONText(unchecked: text)) }

    private func enqueue(
        _ moment: String, _ kind: String, _ input: String, _ more: String..., by person: String
    ) async throws -> String {
        try advance(to: moment)
        let line = ["enqueue", kind, "--quiet", "--input", input] + more
        let outcome = try await desk.run(line, person: person)
        return try #require(outcome.lines.first, "\(outcome.errors)")
    }

    private func run(_ moment: String, _ line: String..., by person: String) async throws {
        try advance(to: moment)
        let outcome = try await desk.run(line, person: person)
        try #require(outcome.code == .success, "\(line): \(outcome.errors)")
    }

    private func advance(to moment: String) throws {
        guard !moment.isEmpty else { return }
        desk.clock.advance(by: try #require(Timestamp(rfc3339: moment)) - desk.clock.timestamp)
    }
}
