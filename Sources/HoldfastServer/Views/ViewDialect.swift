import HoldfastAPI
import HoldfastCore

/// The streams of an application's view: nothing but its own events, comments and `retry:`.
struct ViewDialect: StreamDialect {
    private let form: ViewForm
    private let opening: ViewOpening
    private let quiet: ViewQuiet
    /// How often a sign of life is given.
    private let interval: Duration
    /// How many signs of life were given.
    private var beats = 0
    /// How many of them since something was sent.
    private var idleBeats = 0
    /// The cursor that the reader got with the last block.
    private var shown = EventLogPosition.beginning

    init(_ form: ViewForm, _ opening: ViewOpening, heartbeat: Duration) {
        self.form = form
        self.opening = opening
        quiet = form.view.quiet
        interval = quiet.heartbeat ?? heartbeat
    }

    mutating func begin(retry: Duration, to bytes: inout [UInt8]) -> EventLogPosition {
        for block in opening.greeting {
            switch block {
            case .comment(let text):
                ServerSentEvents.append(comment: text, to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
            case .event(let event): form.append(event, id: opening.cursor, to: &bytes)
            }
        }
        ServerSentEvents.append(retry: retry.retryMilliseconds, to: &bytes)
        bytes += opening.blocks
        shown = opening.shown
        return opening.stream.after
    }

    mutating func follow(_ stretch: StreamStretch) {
        guard let last = stretch.lastShown else { return }
        shown = last
        idleBeats = 0
    }

    func catchUp(at cursor: EventLogPosition, to bytes: inout [UInt8]) {}

    mutating func beat(
        at cursor: EventLogPosition, looked: EventLogPosition, to bytes: inout [UInt8]
    ) -> EventLogPosition {
        beats += 1
        idleBeats += 1
        ServerSentEvents.append(
            comment: quiet.text.replacing("%n", with: String(beats)), to: &bytes)
        return cursor
    }

    var isTired: Bool { quiet.limit.map { interval * idleBeats >= $0 } ?? false }

    func end(_ state: JobPhaseName, at cursor: EventLogPosition, to bytes: inout [UInt8]) {
        // Else the reader would come back for what is after its cursor, again and again, and get nothing of it.
        if shown < cursor { ServerSentEvents.append(cursor: cursor.description, to: &bytes) }
    }

    func rotate(
        _ reason: StreamRotation, retry: Duration, at cursor: EventLogPosition, to bytes: inout [UInt8]
    ) {
        ServerSentEvents.append(retry: retry.retryMilliseconds, to: &bytes)
    }
}
