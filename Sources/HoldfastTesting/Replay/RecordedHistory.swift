public import HoldfastCore
import HoldfastStore

/// What the lines of an exported history say.
struct RecordedHistory {
    /// The job whose history it is.
    let job: JobID
    /// The events of the job and of its children, in their order.
    let events: [RecordedEvent]
    /// The values beside the log that the lines hold themselves, as those of an export do.
    let values: [JSONText]

    /// Reads lines as `holdfast export JOB` or `holdfast history JOB --json` prints them.
    ///
    /// - Parameters:
    ///   - jsonLines: The lines of exports, one behind the other, which are checked; or one event a line, with empty lines
    ///     skipped.
    ///   - job: The job; that of the first line where nothing is said.
    /// - Throws: `HistoryError`.
    init(_ jsonLines: String, of job: JobID?) throws(HistoryError) {
        var (events, values, pieces) = ([RecordedEvent](), [JSONText](), ExportedValues())
        var export: ExportReader?
        for (index, line) in jsonLines.split(whereSeparator: \.isNewline).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do {
                let bytes = Array(line.utf8)
                if export == nil, ExportHeader.begins(bytes) { export = ExportReader() }
                switch try export?.read(bytes) {
                case nil: events.append(try RecordedEvent(envelope: JSONText(unchecked: String(line))))
                case .event(let sealed, _): events.append(try sealed.event.decoded())
                case .content(let piece): if let value = pieces.take(piece) { values.append(value) }
                case .header: break
                case .end: export = nil
                }
            } catch let fault as ExportFault {
                throw .line(index + 1, reason: fault.reason)
            } catch {
                throw .line(index + 1, reason: "\(error)")
            }
        }
        guard export == nil else { throw .cut }
        self.values = values
        guard let first = events.compactMap(\.job).first else { throw .empty }
        self.job = job ?? first
        self.events = events.filter { $0.job != nil }.sorted { $0.position < $1.position }
        guard case .job(.enqueued) = own.first?.event else { throw .incomplete(self.job) }
        let children = Set(
            own.compactMap { recorded -> JobID? in
                guard case .job(.childFinished(let event)) = recorded.event, event.state != .cancelled
                else { return nil }
                return event.job
            })
        let missing = children.filter { ending(ofChild: $0) == nil }
        guard missing.isEmpty else {
            throw .childrenMissing(missing.sorted { $0.description < $1.description })
        }
    }

    /// The events of the job itself.
    var own: [RecordedEvent] { events.filter { $0.job == job } }

    /// How a child ended, as its own lines say.
    func ending(ofChild child: JobID) -> RecordedEvent? {
        events.first { $0.job == child && $0.event.kind.isTerminal }
    }

    /// The values beside the log that a replay needs.
    var references: Set<PayloadReference> {
        var references: Set<PayloadReference> = []
        for recorded in events {
            guard case .job(let event) = recorded.event, let payload = payload(of: event, recorded.job),
                case .stored(let reference) = payload
            else { continue }
            references.insert(reference)
        }
        return references
    }

    private func payload(of event: JobEvent, _ owner: JobID?) -> Payload? {
        switch event {
        case .enqueued(let event): owner == job ? event.input : nil
        case .stepCompleted(let event): owner == job ? event.output : nil
        case .checkpointDecided(let event): owner == job ? event.value : nil
        case .signalReceived(let event): owner == job ? event.payload : nil
        case .completed(let event): owner == job ? nil : event.output
        default: nil
        }
    }
}

/// Why a history cannot be replayed.
public enum HistoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no job's event in it.
    case empty
    /// A line, counted from 1, is no event that this version reads.
    case line(Int, reason: String)
    /// The end of an export is missing.
    case cut
    /// The first event of the job is missing.
    case incomplete(JobID)
    /// The job is of another kind than the handler.
    case otherKind(JobKind, handler: JobKind)
    /// Values are kept beside the log, and were not passed in.
    case valuesMissing([PayloadReference])
    /// The results of children are in their own histories, which are not among the lines.
    case childrenMissing([JobID])
    /// An event cannot follow those before it.
    case cannotFollow(EventLogPosition, reason: String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .empty: "there is no event of a job in the history"
        case .cut: "the last line of the export is missing: the file was cut"
        case .line(let line, let reason): "line \(line) of the history is no event: \(reason)"
        case .incomplete(let job): "the history of \(job) does not begin with its first event"
        case .otherKind(let kind, let handler): "the job is a \(kind) and the handler runs \(handler)"
        case .valuesMissing(let references):
            "these values are kept beside the log, pass them in as `values`: "
                + references.map { "\($0.bytes) bytes with SHA-256 \($0.sha256)" }.joined(separator: ", ")
        case .childrenMissing(let jobs):
            "add the lines of these children's histories, which hold their results: "
                + jobs.map(\.description).joined(separator: ", ")
        case .cannotFollow(let position, let reason): "the event at \(position) cannot follow: \(reason)"
        }
    }
}

extension RecordedEvent {
    /// Reads the line of an event.
    fileprivate init(envelope: JSONText) throws {
        let fields = try JSONFields(envelope)
        let name = try fields.required("kind", fields.string("kind"))
        let position = EventLogPosition(text: try fields.required("position", fields.string("position")))
        let job = try fields.string("job").map { text in try fields.required("job", JobID(text)) }
        let schemaVersion = EventKind(rawValue: name).map(EventCodec.schemaVersion) ?? 1
        self.init(
            position: try fields.required("position", position), job: job,
            version: try fields.integer("version"), at: try fields.required("at", fields.timestamp("at")),
            attempt: try fields.integer("attempt").map(Int.init), actor: try fields.actor("actor"),
            event: try EventCodec.decode(
                kind: name, schemaVersion: schemaVersion, data: fields.raw("data") ?? .emptyObject))
    }
}
