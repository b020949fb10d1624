import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import ServiceLifecycle
import Synchronization

/// Enqueues the job of a demo, or finds it, and shows it until it is over.
struct DemoViewer: Service {
    /// How often the region is drawn.
    private static let frameInterval: Duration = .milliseconds(100)

    private let engine: JobEngine
    private let screen: DemoScreen
    private let surroundings: CommandSurroundings
    private let ports: AsyncStream<Int>
    private let logged: LoggedLines
    private let ending: DemoEnding

    /// Prepares a viewer.
    ///
    /// - Parameters:
    ///   - engine: Takes the job; its log is followed.
    ///   - plan: What the demo is about.
    ///   - ports: Gives the port once the server answers; nothing is enqueued before.
    ///   - logged: Where the parts of the program log to while the region is on the screen.
    ///   - ending: Is told how it ended.
    ///   - surroundings: The screen, and how moments are written on it.
    init(
        _ engine: JobEngine, _ plan: DemoPlan, ports: AsyncStream<Int>, logged: LoggedLines,
        ending: DemoEnding,
        in surroundings: CommandSurroundings
    ) {
        self.engine = engine
        screen = DemoScreen(plan: plan, time: surroundings.time)
        self.surroundings = surroundings
        self.ports = ports
        self.logged = logged
        self.ending = ending
    }

    /// Shows the job until it is over, the group asks for a graceful stop or the task is cancelled.
    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                for await port in ports { return try await show(port: port) }
            }
        } catch is CancellationError {
            // The job goes on another time.
        }
    }

    private func show(port: Int) async throws {
        let plan = screen.plan
        let enqueued = try await engine.enqueue(
            try EnqueueRequest(plan), by: .person(surroundings.person))
        let id = enqueued.state.id
        if case .paused = enqueued.state.phase {
            try await engine.steer(
                .resume(reason: "the demo was started again"), id, by: .person(surroundings.person))
        }
        guard let snapshot = try await engine.log.read({ try $0.snapshot(of: id, logLimit: 1) }) else {
            throw JobRejection.unknownJob
        }
        ending.note(id)
        let done = enqueued.isNew ? nil : try await engine.log.read { try Self.filesDone(of: id, $0) }
        let header = screen.header(
            snapshot.state, url: ValueReading.url(host: "127.0.0.1", port: port), done: done)
        let style = surroundings.outputStyle()
        try await surroundings.output.send(header.map { style.render($0) + "\n" }.joined())

        let watch = SharedWatch(DemoWatch(snapshot.state, at: surroundings.now))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await draw(watch) }
            try await follow(id, after: snapshot.position, watch)
            group.cancelAll()
            try await group.waitForAll()
        }
        if watch.isOver { try await finish(watch) }
    }

    /// Folds the events of the job as they come, in the way of everyone who follows the log.
    private func follow(_ id: JobID, after position: EventLogPosition, _ watch: SharedWatch) async throws {
        guard !watch.isOver else { return }
        for try await page in LogTailer(engine.log, EventQuery(job: id, after: position)) {
            for event in page.events { try watch.apply(event, at: surroundings.now) }
            if watch.isOver { return }
        }
    }

    private func draw(_ watch: SharedWatch) async throws {
        var region = LiveRegion(style: surroundings.outputStyle())
        while !Task.isCancelled {
            try await paint(&region, watch)
            do {
                try await surroundings.environment.sleep(Self.frameInterval)
            } catch {
                break
            }
        }
        let style = surroundings.outputStyle()
        let status = screen.status(of: watch.value, width: style.width, at: surroundings.now)
        try await surroundings.output.send(region.finish(status: status, size: style.size))
    }

    private func paint(_ region: inout LiveRegion, _ watch: SharedWatch) async throws {
        let now = surroundings.now
        let style = surroundings.outputStyle()
        for event in watch.takeNews() { region.add(log: screen.news(event, at: now)) }
        let status = screen.status(of: watch.value, width: style.width, at: now)
        let lines = logged.take().map { StyledLine(TerminalText($0), .yellow) }
        var text = lines.isEmpty ? "" : region.permanent(lines, status: status, size: style.size)
        text += region.frame(status: status, size: style.size, at: now.microseconds)
        if !text.isEmpty { try await surroundings.output.send(text) }
    }

    private func finish(_ watch: SharedWatch) async throws {
        let job = watch.value.job
        guard case .completed = job.phase else { return ending.note(job) }
        let (sheet, runs) = try await engine.log.read { reader in
            let query = EventQuery(job: job.id, kinds: [.jobStarted], limit: 1_000)
            return (
                try JobSheet(job.id, logLimit: 1, from: reader), try reader.events(query).events.count
            )
        }
        let lines = screen.summary(of: job, try sheet.inventory(), runs: runs)
        let style = surroundings.outputStyle()
        try await surroundings.output.send(lines.map { style.render($0) + "\n" }.joined())
        ending.note(job)
    }

    /// How many files the last recorded chunk had come to.
    private static func filesDone(of id: JobID, _ reader: any StorageReader) throws -> Int64 {
        let query = EventQuery(job: id, kinds: [.stepCompleted], limit: 1, fromEnd: true)
        guard case .job(.stepCompleted(let step)) = try reader.events(query).events.first?.decoded().event,
            case .inline(let output) = step.output
        else { return 0 }
        return try JSONFields(output).integer("visited") ?? 0
    }
}

/// The state of a viewer, shared by the task that follows and the one that draws.
private final class SharedWatch: Sendable {
    private let state: Mutex<DemoWatch>

    init(_ watch: DemoWatch) { state = Mutex(watch) }

    var value: DemoWatch { state.withLock(\.self) }

    var isOver: Bool { state.withLock(\.isOver) }

    func apply(_ event: StoredEvent, at now: Timestamp) throws {
        try state.withLock { try $0.apply(event, at: now) }
    }

    func takeNews() -> [StoredEvent] { state.withLock { $0.takeNews() } }
}
