import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// `holdfast enqueue KIND`.
struct EnqueueCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue",
        abstract: "Add a job, for whichever server has the database open now or later.",
        discussion: """
            The job is on disk when the command returns. A kind is the name of a kind of work; one that no worker \
            ever announced in this database is refused, because a job of a mistyped kind would wait for ever.

            EXAMPLES:
              holdfast enqueue inventory --input '{"path":"/etc","output":"/var/tmp/etc.jsonl"}'
              holdfast enqueue mail.send --input @letter.json --delay 10m --tag monthly
              holdfast enqueue card.charge --backoff table --wait 10s,5m,1h
              JOB=$(holdfast enqueue inventory --input - --quiet < input.json)

            With --key the same work is not enqueued twice: while a job of that kind and key is unfinished, it is \
            that job which is printed. --unique-for keeps the key for a time instead, --on-conflict says what \
            happens to the second one, and --debounce makes one job of repeats that come shortly after another:
              holdfast enqueue report --key 2026-10 --unique-for 1d --on-conflict reject
              holdfast enqueue reindex --key customer-42 --debounce 10s --debounce-max 2m
            """)

    @OptionGroup var target: TargetOptions

    @Argument(help: "The kind of the job.", transform: ValueReading.name)
    var kind: JobKind

    @Option(help: ArgumentHelp("The input: JSON, @FILE, or - for standard input.", valueName: "json|@file|-"))
    var input = "{}"

    @Option(help: "The queue to wait in (default: default).", transform: ValueReading.name)
    var queue: QueueName?

    @Option(
        parsing: .unconditional,
        help: "high, normal, low or a number from -100 to 100; higher ones run first.",
        transform: ValueReading.priority)
    var priority: JobPriority?

    @Option(help: "Names the piece of work, so that it is not enqueued twice.", transform: ValueReading.name)
    var key: JobKey?

    @Option(
        help: "Names this request, so that it can be repeated: it then prints the same job.",
        transform: ValueReading.name)
    var request: RequestKey?

    @OptionGroup var terms: KeyOptions
    @OptionGroup var moment: MomentOptions

    @Option(help: "A mark to filter by; may be repeated.", transform: ValueReading.name)
    var tag: [JobTag] = []

    @OptionGroup(title: "Retries") var retry: RetryOptions

    @Option(
        help: "What the queue's limit per key counts the job under, such as a customer.",
        transform: ValueReading.name)
    var limitKey: LimitKey?
    @OptionGroup(title: "Costs") var costs: BudgetOptions

    @Flag(help: "Accept a kind that no worker ever announced, and make the database if it is missing.")
    var anyKind = false

    @Flag(help: "Encrypt the job's values with a key of its own; `holdfast destroy-key` destroys it.")
    var encrypt = false

    @Flag(name: .shortAndLong, help: "Print the id of the job alone.")
    var quiet = false

    @OptionGroup var json: JSONOption

    func validate() throws {
        if key == nil, terms.areGiven {
            throw ValidationError("--unique-for, --on-conflict and --debounce say what --key means: give one")
        }
        _ = try retry.choice()
        if quiet, json.isOn { throw ValidationError("give either --quiet or --json, not both") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let body = EnqueueBody(
            kind: kind, input: try InputArgument(input).value(in: surroundings), queue: queue,
            priority: priority, key: key, notBefore: moment.due(in: surroundings), tags: tag,
            retry: try retry.choice(), unique: terms.unique, debounce: terms.debounced, budget: costs.chosen,
            limitKey: limitKey, acceptsAnyKind: anyKind, isEncrypted: encrypt)
        let purpose: OpenStore.Purpose = anyKind ? .creating : .writing
        let enqueued = try await target.work(purpose, in: surroundings) {
            try await $0.enqueue(body, request: request)
        }
        try surroundings.output.write(text(of: enqueued, in: surroundings))
    }

    private func text(of enqueued: EnqueuedJob, in surroundings: CommandSurroundings) -> String {
        let job = enqueued.state
        if quiet { return "\(job.id)\n" }
        if json.isOn {
            let object = JSONWriter.object { writer in
                writer.field("is_new", enqueued.isNew)
                writer.field("replaced", optional: enqueued.replaced?.description)
                writer.field("job", JobStateCodec.encode(job))
            }
            return surroundings.json(object.text)
        }
        let state = JobStateText(time: surroundings.time, now: surroundings.now).detail(of: job)
        let first =
            enqueued.isNew
            ? "Enqueued \(job.id) on queue \(job.origin.queue): \(job.phase.name.rawValue) \(state)"
            : "Job \(job.id) of this \(name) is \(reason(of: job)), so nothing was added: "
                + "\(job.phase.name.rawValue) \(state)"
        let replaced = enqueued.replaced.map { "It takes the place of \($0), which was cancelled.\n" } ?? ""
        return "\(TerminalText(first))\n\(replaced)Watch it: holdfast tail \(job.id)\n"
    }

    /// What the job was found by: whoever gives both cannot be told, and the request is looked at first.
    private var name: String { request == nil ? "key" : key == nil ? "request" : "request or key" }

    private func reason(of job: JobState) -> String { job.phase.name.isEnded ? "there" : "unfinished" }
}
