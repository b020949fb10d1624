import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast jobs`.
struct JobsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List jobs, the newest first.",
        discussion: """
            On a narrow terminal ids are cut to their last 12 digits, which all commands accept as well. --text looks at \
            20,000 jobs at most, because there is no index for it. --watch draws the list again after commits, at most \
            four times a second, until Ctrl-C.

            EXAMPLES:
              holdfast jobs --state running,queued
              holdfast jobs --state running --watch
              holdfast jobs --text invoice-2217
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

    @Option(
        help: "Only jobs with this text in their id, kind, key or tags, in upper or lower case.",
        transform: ValueReading.jobText)
    var text: JobText?

    @Flag(help: "Draw the list again whenever something changes; for terminals.")
    var watch = false

    @OptionGroup var json: ReadingOptions

    var isPaged: Bool { !watch }

    func validate() throws {
        if watch, past.at != nil { throw ValidationError("--watch shows what is now; leave out --at") }
        if watch, json.isOn {
            throw ValidationError("--watch draws a table; for programs there is `holdfast tail --json`")
        }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        if watch, !surroundings.outputStyle().redraws {
            throw CommandFailure(
                .usage,
                "--watch needs a terminal that can draw lines again; leave it out, or use `holdfast tail`")
        }
        let moment = try past.moment(in: surroundings)
        try await target.work(watch ? .writing : .reading, in: surroundings) { target in
            let pages = JobPages(try await query(in: target), text: text, at: moment)
            if watch {
                try await JobWatch(target: target, surroundings: surroundings, page: pages).run()
            } else {
                try await list(pages, from: target, in: surroundings)
            }
        }
    }

    private func query(in target: any CommandTarget) async throws -> JobQuery {
        var jobs = filter.jobs
        jobs.owner = owner
        return JobQuery(
            jobs, before: try await before?.find(in: target).id, since: since, until: until,
            limit: limit ?? 20)
    }

    private func list(
        _ pages: JobPages, from target: any CommandTarget, in surroundings: CommandSurroundings
    ) async throws {
        var listed: [JobState] = []
        let rest = try await pages.read(from: target) { page in
            if json.isOn {
                for job in page {
                    try surroundings.output.write(surroundings.json(JobStateCodec.encode(job).text))
                }
            } else {
                listed += page
            }
        }
        if !json.isOn { try write(listed, rest, in: surroundings) }
    }

    private func write(
        _ jobs: [JobState], _ rest: JobPages.Rest, in surroundings: CommandSurroundings
    ) throws {
        let style = surroundings.outputStyle()
        if jobs.isEmpty, rest == .none {
            let isFiltered =
                !filter.isEmpty || before != nil || owner != nil || since != nil || until != nil
                || text != nil
            return try surroundings.output.writeLine(isFiltered ? "No job fits." : "There are no jobs yet.")
        }
        let table = JobTable(
            text: JobStateText(time: surroundings.time, now: surroundings.now), width: style.width)
        for line in table.lines(jobs) { try surroundings.output.writeLine(style.render(line)) }
        guard style.isTerminal else { return }
        let remark: TerminalText
        switch rest {
        case .none: return
        case .more(let last):
            remark = "There may be more: add --before \(JobReference.shortText(of: last))"
        case .notSearched(let last):
            remark =
                "No more among 20,000 jobs; to look further: --before \(JobReference.shortText(of: last))"
        }
        try surroundings.output.writeLine(style.render(StyledLine(remark, .dim)))
    }
}
