public import HoldfastCore

/// An export that was read to its end: every line is whole, every hash fits, and the history can be folded.
public struct CheckedExport: Hashable, Sendable {
    /// Whose history it is.
    public let header: ExportHeader
    /// The last line.
    public let end: ExportEnd
    /// The first event, at the position that it has in the log it comes from.
    public let first: EventLogPosition
    /// The last event and its hash there.
    public let last: LogHead
    /// The state of the job after the last event, with the positions of the log it comes from.
    public let state: JobState
}

extension ExportSource {
    /// Reads an export to its end, on a thread of its own.
    ///
    /// - Parameter progress: Is told how many events were checked.
    /// - Returns: What it holds.
    /// - Throws: `ExportFault` when it is none, or was cut or changed; `EventDecodingError` when a newer program wrote it;
    ///   `StoreError` when it cannot be read; what `progress` throws.
    public func check(
        progress: @escaping @Sendable (MovingProgress) throws -> Void = { _ in }
    ) async throws -> CheckedExport {
        try await DedicatedThread.run {
            var check = ExportCheck()
            try readLines { line in
                try check.read(line)
                guard check.events % 1024 == 0 || check.reader.end != nil, let header = check.reader.header
                else {
                    return
                }
                try progress(MovingProgress(.checking, done: check.events, total: header.events))
            }
            return try check.finish()
        }
    }
}

/// Folds an export while it is read.
struct ExportCheck {
    private(set) var reader = ExportReader()
    private(set) var events: Int64 = 0
    private var first: EventLogPosition?
    private var last = LogHead.beginning
    private var state: JobState?
    private var values: Set<String> = []

    @discardableResult
    mutating func read(_ line: [UInt8]) throws -> ExportRecord {
        let record = try reader.read(line)
        switch record {
        case .header, .end: break
        case .content(let content): values.insert(content.sha256)
        case .event(let sealed, _):
            events += 1
            first = first ?? sealed.event.position
            last = LogHead(position: sealed.event.position, hash: sealed.seal.hash)
            try fold(try sealed.event.decoded())
        }
        return record
    }

    func finish() throws -> CheckedExport {
        try reader.finish()
        guard let header = reader.header, let end = reader.end, let first, let state else {
            throw ExportFault(line: 2, reason: "there are no events")
        }
        return CheckedExport(header: header, end: end, first: first, last: last, state: state)
    }

    private mutating func fold(_ recorded: RecordedEvent) throws {
        do {
            state = try JobState.applying(recorded, to: state)
        } catch {
            throw ExportFault(
                line: events, reason: "event \(recorded.position) cannot follow: \(error.reason)")
        }
        var needed = recorded.event.content
        if case .job(.artifactSaved) = recorded.event, reader.header?.hasArtifacts != true { needed = [] }
        for sha256 in needed where !values.contains(sha256) {
            throw ExportFault(
                line: events,
                reason: "the bytes \(sha256), to which event \(recorded.position) refers, are missing")
        }
    }
}
