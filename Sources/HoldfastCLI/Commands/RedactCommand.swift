import ArgumentParser
import HoldfastAPI
import HoldfastClient
import HoldfastCore
import HoldfastStore

/// `holdfast redact JOB ...`.
struct RedactCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Take what people and programs gave or said out of jobs that have ended.",
        discussion: """
            Inputs, outputs, results, messages, names, tags, keys, owners and files go. The events stay, with their \
            kinds, moments, actors and hashes, so `holdfast verify` goes on to prove them. A redacted job stays as it \
            is for ever. Jobs that it began, that began it, or that were forked from it hold values of their own: \
            redact them as well.

            The file is written anew at the end, so that no trace stays in it; whoever writes waits meanwhile, about \
            a second for each 200 MB. Backups and exports that were made before still hold everything.

            EXAMPLES:
              holdfast redact 6f0a1b2c3d4e --reason "request 17 of the person"
              holdfast redact --owner anna --dry-run
              holdfast redact --owner anna --reason "request 17 of the person"
            """)

    @OptionGroup var target: TargetOptions

    @Argument(
        help: ArgumentHelp(
            "The jobs: their ids, or at least 6 digits from their start or end.", valueName: "job"),
        transform: JobReference.init)
    var jobs: [JobReference] = []

    @Option(help: "All ended jobs of this owner.", transform: ValueReading.name)
    var owner: Owner?

    @Flag(help: "Only say which jobs it would be.")
    var dryRun = false

    @Flag(help: "Leave traces in the file for now; the next redaction without it removes them.")
    var keepTraces = false

    @OptionGroup var actor: ActorOptions

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard jobs.isEmpty != (owner == nil) else {
            throw ValidationError("say which jobs: their ids, or --owner with a name")
        }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        try await target.work(dryRun ? .reading : .writing, by: actor.asker, in: surroundings) { target in
            var report = Redactions(isDryRun: dryRun)
            let meant = try await found(in: target)
            if dryRun {
                report.redacted = meant
                return try write(report, in: surroundings)
            }
            for job in meant { try await redact(job, of: target, into: &report) }
            if !keepTraces {
                // Also where there is nothing more to redact: a run before may have been cut short.
                let last = report.redacted.last
                report.isScrubbed =
                    if let last { try await target.redact(last.id, RedactBody()).isScrubbed } else {
                        try await target.scrub()
                    }
            }
            try write(report, in: surroundings)
            if let refused = report.refused.first { throw CommandFailure(.jobRefused, refused.sentence) }
        }
    }

    /// Redacts a job; one that is refused does not keep the others from it.
    private func redact(
        _ job: JobState, of target: any CommandTarget, into report: inout Redactions
    ) async throws {
        do {
            let body = RedactBody(reason: actor.reason, scrubs: false)
            report.redacted.append(try await target.redact(job.id, body).job)
        } catch {
            let failure =
                (error as? ClientError).map { ErrorSentences.failure(for: $0, at: target.name) }
                ?? ErrorSentences.failure(for: error)
            guard failure.code == .jobRefused else { throw error }
            report.refused.append((job.id, "job \(job.id): \(failure.sentence)"))
        }
    }

    private func found(in target: any CommandTarget) async throws -> [JobState] {
        guard let owner else {
            var found: [JobState] = []
            for reference in jobs { found.append(try await reference.find(in: target)) }
            return found
        }
        let endings: Set<JobPhaseName> = [.completed, .failed, .cancelled]
        var query = JobQuery(JobFilter(phases: endings, owner: owner), limit: 200)
        var found: [JobState] = []
        while true {
            let page = try await target.jobs(query, at: nil)
            found += page
            guard let last = page.last, page.count == query.limit else { return found }
            query.before = last.id
        }
    }

    private func write(_ report: Redactions, in surroundings: CommandSurroundings) throws {
        guard !json.isOn else { return try surroundings.output.write(surroundings.json(report.json.text)) }
        for sentence in report.sentences {
            try surroundings.output.writeLine(TerminalText(sentence).text)
        }
    }
}

/// `holdfast destroy-key JOB`.
struct DestroyKeyCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy-key",
        abstract: "Destroy the key of a job, so that nobody can read its values any more.",
        discussion: """
            It is for jobs that were enqueued with --encrypt and have ended. Their values are in the log as encrypted \
            bytes, and so they are in every copy of it; without the key nobody can read any of them. The events and \
            their hashes stay as they are. The keys are in a file of their own beside the database: copies of that \
            file have to be destroyed by whoever made them.

            EXAMPLES:
              holdfast destroy-key 6f0a1b2c3d4e --reason "request 17 of the person"
            """)

    @OptionGroup var options: SteerOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let job = try await options.target.work(.writing, by: options.actor.asker, in: surroundings) {
            target in
            let job: JobID
            do {
                job = try await options.argument.job.find(in: target).id
                try await target.destroyKey(of: job, reason: options.reason)
            } catch  where ErrorSentences.failure(for: error).code == .noSuchJob {
                let failure = error
                // A whole id may name a job that is in the log no more.
                guard let whole = options.argument.job.part.whole else { throw failure }
                do {
                    try await target.destroyKey(of: whole, reason: options.reason)
                } catch JobRejection.unknownJob {
                    throw failure
                }
                return whole
            }
            return job
        }
        guard !options.json.isOn else {
            let object = JSONWriter.object { $0.field("job", job.description) }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        try surroundings.output.writeLine("The key of job \(job) is destroyed")
    }
}

/// What a command redacted, or would.
private struct Redactions {
    let isDryRun: Bool
    var redacted: [JobState] = []
    var refused: [(job: JobID, sentence: String)] = []
    var isScrubbed = false

    init(isDryRun: Bool) { self.isDryRun = isDryRun }

    var json: JSONText {
        JSONWriter.object { writer in
            writer.field("dry_run", isDryRun)
            writer.field("jobs", redacted.map(\.id.description))
            writer.field("events", redacted.reduce(0) { $0 + $1.version })
            writer.field("refused", refused.map(\.job.description))
            writer.field("scrubbed", isScrubbed)
        }
    }

    var sentences: [String] {
        let events = redacted.reduce(0) { $0 + $1.version }
        let verb = isDryRun ? "would be redacted" : "redacted"
        var sentences = redacted.prefix(20).map { "Job \($0.id): \($0.version) events \(verb)" }
        if redacted.count > 20 { sentences.append("... and \(redacted.count - 20) more") }
        sentences += refused.dropFirst().prefix(20).map(\.sentence)
        if redacted.count != 1 { sentences.append("\(redacted.count) jobs, \(events) events \(verb).") }
        if !isDryRun, !redacted.isEmpty || isScrubbed {
            sentences.append(
                isScrubbed
                    ? "The file was written anew and holds no trace of them; backups made before still do."
                    : "The file may still hold traces of them: run it again without --keep-traces for one of them."
            )
        }
        return sentences
    }
}
