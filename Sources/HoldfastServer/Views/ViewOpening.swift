import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Where a reader of a view begins.
struct ViewOpening: Sendable {
    /// Where the events begin.
    let stream: StreamOpening
    /// What the connection begins with.
    let greeting: [ViewBlock]
    /// The cursor that the reader came with, as it stands in `id:`.
    let cursor: String
    /// What is sent before the events: a snapshot, or the rest of one event.
    private(set) var blocks: [UInt8] = []
    /// The cursor that the reader has after that.
    private(set) var shown: EventLogPosition

    init(_ stream: StreamOpening, greeting: [ViewBlock], cursor: ViewCursor?) {
        self.stream = stream
        self.greeting = greeting
        self.cursor = cursor?.text ?? EventLogPosition.beginning.description
        shown = stream.cursor
    }

    /// Adds what is sent before the events.
    func beginning(with blocks: [UInt8], at position: EventLogPosition) -> ViewOpening {
        var opening = self
        (opening.blocks, opening.shown) = (blocks, position)
        return opening
    }
}

extension RouteScope {
    /// Reads where a reader of a view begins.
    ///
    /// A cursor that the log cannot have given, because it is of another one, is as good as none.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`, and what the view throws.
    func opening(of job: JobID, in form: ViewForm, from cursor: ViewCursor?) async throws -> ViewOpening {
        let id = Hexadecimal.text(of: Secret.bytes(8, from: environment.random))
        let greeting = try form.view.greeting(ViewConnection(id: id, job: job))
        func opened(_ stream: StreamOpening) -> ViewOpening {
            ViewOpening(stream, greeting: greeting, cursor: cursor)
        }
        switch cursor {
        case .after(let position):
            let stream = try await opening(of: job, from: .after(position), log: nil)
            guard stream.gap == nil else { return try await opening(of: job, in: form, from: nil) }
            return opened(stream)
        case .within(let position, let seen):
            let stream = try await opening(of: job, from: .after(position), log: nil)
            guard stream.gap == nil else { return try await opening(of: job, in: form, from: nil) }
            let rest = try await blocks(of: job, at: position, behind: seen, in: form)
            return opened(stream.going(onAfter: position)).beginning(with: rest, at: position)
        case nil:
            guard try form.view.emptyFold.snapshot() != nil else {
                return opened(try await opening(of: job, from: .beginning, log: nil))
            }
            // First what is folded, then the state of the job: an end in between comes as an event.
            let place = try await streams.place(form, job, at: nil)
            let stream = try await opening(of: job, from: .beginning, log: nil)
            var bytes: [UInt8] = []
            form.append(snapshot: try place.fold.snapshot() ?? [], at: place.position, to: &bytes)
            return opened(stream.going(onAfter: place.position)).beginning(with: bytes, at: place.position)
        }
    }

    /// The blocks of one event that a reader has not seen yet.
    private func blocks(
        of job: JobID, at position: EventLogPosition, behind seen: Int, in form: ViewForm
    ) async throws -> [UInt8] {
        let place = try await streams.place(form, job, at: position.previous)
        return try await engine.log.read { reader in
            var (place, bytes) = (place, [UInt8]())
            let query = EventQuery(job: job, after: position.previous, through: position, limit: 1)
            for event in try reader.events(query).events {
                form.append(
                    try place.take(event, by: reader), at: position, behind: seen, to: &bytes)
            }
            return bytes
        }
    }
}
