import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast jobs`.
struct JobsCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List jobs, the newest first.",
        discussion: """
            On a narrow terminal ids are cut to their last 12 digits, which all commands accept as well.

            EXAMPLES:
              holdfast jobs --state running,queued
              holdfast jobs --kind inventory --tag monthly --limit 100
              holdfast jobs --state running --at 14:03
              holdfast jobs --since 2026-10-08T00:00:00Z --until 2026-10-09T00:00:00Z
              holdfast jobs --json | jq -r 'select(.state == "failed") | .id'
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var filter: FilterOptions

    @Option(
        help: ArgumentHelp("How many jobs to list (default: 20).", valueName: "count"),
        transform: ValueReading.count)
    var limit: Int?

    @Option(
        help: ArgumentHelp("Only jobs enqueued before this one: the next page.", valueName: "job"),
        transform: JobReference.init)
    var before: JobReference?

    @Option(help: "Only jobs of this owner.", transform: ValueReading.name)
    var owner: Owner?

    @Option(
        help: ArgumentHelp("Only jobs enqueued at this moment or later, as RFC 3339.", valueName: "moment"),
        transform: ValueReading.moment)
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Only jobs enqueued before this moment.", valueName: "moment"),
        transform: ValueReading.moment)
    var until: Timestamp?

    @OptionGroup var past: PastOption

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let limit = limit ?? 20
        let moment = try past.moment(in: surroundings)
        try await target.work(.reading, in: surroundings) { target in
            var jobs = filter.jobs
            jobs.owner = owner
            var query = JobQuery(
                jobs, before: try await before?.find(in: target).id, since: since, until: until)
            var listed: [JobState] = []
            var count = 0
            while count < limit {
                query.limit = min(limit - count, 1_000)
                let page = try await target.jobs(query, at: moment)
                count += page.count
                if json.isOn {
                    for job in page {
                        try surroundings.output.write(surroundings.json(JobStateCodec.encode(job).text))
                    }
                } else {
                    listed += page
                }
                guard page.count == query.limit, let last = page.last else { break }
                query.before = last.id
            }
            if !json.isOn { try write(listed, isFull: count == limit, in: surroundings) }
        }
    }

    private func write(_ jobs: [JobState], isFull: Bool, in surroundings: CommandSurroundings) throws {
        let style = surroundings.outputStyle()
        let isFiltered = !filter.isEmpty || before != nil || owner != nil || since != nil || until != nil
        guard !jobs.isEmpty else {
            return try surroundings.output.writeLine(isFiltered ? "No job fits." : "There are no jobs yet.")
        }
        let table = JobTable(
            text: JobStateText(time: surroundings.time, now: surroundings.now), width: style.width)
        for line in table.lines(jobs) { try surroundings.output.writeLine(style.render(line)) }
        if isFull, style.isTerminal, let last = jobs.last {
            let remark: TerminalText =
                "There may be more: add --before \(JobReference.shortText(of: last.id))"
            try surroundings.output.writeLine(style.render(StyledLine(remark, .dim)))
        }
    }
}
