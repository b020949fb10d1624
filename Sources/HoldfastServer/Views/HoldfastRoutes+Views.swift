import HoldfastAPI
public import HoldfastCore
import HoldfastEngine
import HoldfastStore
public import Hummingbird

extension HoldfastRoutes {
    /// Answers with a job's log as an application shows it: an event stream that resumes at `Last-Event-ID`, closes
    /// after the job's end, and is 204 for a reader who has seen it.
    ///
    /// Call it in an endpoint of a `RouteTable` that was added with `.stream` or `.jobStream`.
    ///
    /// - Parameters:
    ///   - job: Whose log it is; the caller must be allowed to read it.
    ///   - view: What readers get of each event.
    ///   - request: Says by its cursor where the reader goes on.
    ///   - caller: Who reads.
    ///   - names: The names of the events that are sent; nil for all.
    /// - Returns: The answer, whose body is written for as long as the reader stays.
    /// - Throws: `JobRejection.unknownJob` for a job that is not there or that the caller may not see, and other
    ///   refusals that become problems.
    public func stream(
        _ job: JobID, in view: some EventStreamView, to request: Request, of caller: Caller,
        showing names: Set<String>? = nil
    ) async throws -> Response {
        try await scope.streamView(request, of: job, in: view, showing: names, to: caller)
    }

    /// What a view knows of a job now: the fold of all of its events.
    ///
    /// It begins where the view was asked for the job last, so it costs what happened since.
    ///
    /// - Throws: `JobRejection.unknownJob` when there is no such job, `StoreError`, and what the view throws.
    public func state<View: EventStreamView>(of job: JobID, in view: View) async throws -> View.State {
        guard try await scope.engine.log.read({ try $0.job(job) }) != nil else {
            throw JobRejection.unknownJob
        }
        let place = try await scope.streams.place(ViewForm(view: view, names: nil), job, at: nil)
        // A place is made by the view that it is remembered for.
        return (place.fold as? ViewFold<View>)?.state ?? view.initialState
    }

    /// The job whose event a reader had last, by the cursor that it comes back with.
    ///
    /// Endpoints whose paths name no job find by it which one the reader means; they have to check whether it is one of
    /// theirs.
    ///
    /// - Returns: Nil when the log has no such event.
    /// - Throws: `StoreError`.
    public func job(at cursor: String) async throws -> JobID? {
        let position: EventLogPosition
        switch try? ViewCursor.read(cursor, givenAs: "cursor") {
        case .after(let place)?, .within(let place, _)?: position = place
        case nil: return nil
        }
        let query = EventQuery(after: position.previous, through: position, limit: 1)
        return try await scope.engine.log.read { try $0.events(query).events.first?.job }
    }

    /// Makes a token that opens the streams of one job and nothing else, as the caller may.
    ///
    /// It is good until the job has ended and the server's lifetime of stream tokens has passed since then, and while a
    /// stream is open that was opened with it, and that long after the last one was closed.
    ///
    /// - Throws: `JobRejection.unknownJob` for a job that the caller may not see.
    public func streamToken(for job: JobID, to caller: Caller) async throws -> String {
        try await scope.check(caller, .readJob, of: job)
        return scope.newStreamToken(for: .job(job), caller, isForLife: true).token
    }

    /// Checks that a caller may do something with a job.
    ///
    /// - Throws: `JobRejection.unknownJob` when the caller may not even know of it; else a refusal that becomes 403.
    public func check(_ caller: Caller, _ permission: Permission, of job: JobID) async throws {
        try await scope.check(caller, permission, of: job)
    }

    /// How many connections watch each job in a view now; jobs that nobody watches are left out.
    public func openStreams(in view: some EventStreamView) -> [JobID: Int] {
        scope.streams.tickets.reduce(into: [:]) { counts, ticket in
            let key = ticket.shelf.key
            guard let form = key.encoding.view, AnyHashable(form.view) == AnyHashable(view),
                let job = key.selection.onlyJob
            else { return }
            counts[job, default: 0] += 1
        }
    }
}
