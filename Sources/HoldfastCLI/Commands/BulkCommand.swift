import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// `holdfast bulk VERB`.
struct BulkCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulk",
        abstract: "Cancel, pause, resume, retry or move many jobs at once.",
        discussion: """
            What is asked for is recorded first, and then done in pages, newest jobs first: by this command, or by \
            a server that is at it already. When this command is ended before that, a server goes on. Jobs that are \
            enqueued later are not meant.

            A filter is needed, or --all. --spread gives retried jobs due times by chance within that time, so that \
            they do not come back all at once.

            EXAMPLES:
              holdfast bulk cancel --state queued --kind mail.send --dry-run
              holdfast bulk retry --state failed --spread 10m --reason "the disk has room again"
              holdfast bulk pause --queue imports --by ana
              holdfast bulk reprioritise --tag monthly --priority low
              holdfast bulk reschedule --kind report --state queued,scheduled --delay 2h
              holdfast bulk list
            """)

    /// What can be asked for.
    enum Verb: String, CaseIterable, ExpressibleByArgument {
        case cancel, pause, resume, retry, reprioritise, reschedule, list
    }

    @OptionGroup var target: TargetOptions

    @Argument(
        help: "cancel, pause, resume, retry, reprioritise or reschedule; list shows what was done before.")
    var verb: Verb

    @OptionGroup var filter: FilterOptions

    @Flag(help: "All jobs that there are.")
    var all = false

    @Option(
        parsing: .unconditional,
        help: "For reprioritise: high, normal, low or a number from -100 to 100.",
        transform: ValueReading.priority)
    var priority: JobPriority?

    @Option(
        help: ArgumentHelp("For reschedule: how long to wait from now on.", valueName: "time"),
        transform: ValueReading.duration)
    var delay: Duration?

    @Option(
        help: ArgumentHelp("Spread the due times of retried jobs over this time.", valueName: "time"),
        transform: ValueReading.duration)
    var spread: Duration?

    @Flag(help: "Only say how many jobs are meant.")
    var dryRun = false

    @OptionGroup var actor: ActorOptions
    @OptionGroup var json: JSONOption

    func validate() throws {
        try check(priority != nil, "--priority", belongsTo: .reprioritise)
        try check(delay != nil, "--delay", belongsTo: .reschedule)
        if spread != nil, verb != .retry { throw ValidationError("--spread belongs to retry") }
        if verb == .list, !filter.isEmpty || all {
            throw ValidationError("list shows what was done before; it takes no filter")
        }
        if verb != .list, filter.isEmpty != all {
            throw ValidationError("say which jobs: with --state, --kind, --queue or --tag, or with --all")
        }
    }

    private func check(_ isGiven: Bool, _ option: String, belongsTo owner: Verb) throws {
        if isGiven, verb != owner {
            throw ValidationError("\(option) belongs to \(owner.rawValue)")
        }
        if !isGiven, verb == owner { throw ValidationError("\(owner.rawValue) needs \(option)") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        guard let command = action(at: surroundings.now) else {
            let operations = try await target.work(.reading, in: surroundings) {
                try await $0.bulkOperations(limit: 20)
            }
            guard json.isOn || !operations.isEmpty else {
                return try surroundings.output.writeLine("Nothing was asked of many jobs at once yet.")
            }
            for operation in operations { try write(operation, in: surroundings) }
            return
        }
        let body = BulkBody(command, filter.jobs, spread: spread)
        try await target.work(.writing, by: actor.asker, in: surroundings) { target in
            guard !dryRun else {
                let count = try await target.count(filter.jobs)
                let object = JSONWriter.object { $0.field("matched", count) }
                let text = json.isOn ? surroundings.json(object.text) : "\(count) jobs would be met.\n"
                return try surroundings.output.write(text)
            }
            let done = try await target.bulk(body) { operation in
                guard !json.isOn, operation.finishedAt == nil, operation.count.cursor != nil else { return }
                try surroundings.output.writeLine(Self.sentence(operation))
                try surroundings.output.flush()
            }
            try write(done, in: surroundings)
        }
    }

    /// What is asked of each job; nil to list what was asked before.
    private func action(at now: Timestamp) -> BulkAction? {
        switch verb {
        case .cancel: .cancel(reason: actor.reason)
        case .pause: .pause(reason: actor.reason)
        case .resume: .resume(reason: actor.reason)
        case .retry: .retry(reason: actor.reason)
        case .reprioritise: .reprioritise(priority ?? .normal, reason: actor.reason)
        case .reschedule: .reschedule(now + (delay ?? .zero), reason: actor.reason)
        case .list: nil
        }
    }

    private func write(_ operation: BulkOperation, in surroundings: CommandSurroundings) throws {
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(BulkCodec.encode(operation).text))
        }
        try surroundings.output.writeLine(TerminalText(Self.sentence(operation)).text)
    }

    private static func sentence(_ operation: BulkOperation) -> String {
        let count = operation.count
        let state = operation.finishedAt == nil ? "so far" : "done"
        return "\(operation.order.command.verb.rawValue) \(operation.id): \(state), \(count.matched) met, "
            + "\(count.changed) changed, \(count.refused) refused"
    }
}
