public import HoldfastCore

/// Shows a job's log as an application's own event stream: its names, its payloads, its greeting.
///
/// A view is a fold with a wire. It takes the job's events one after the other, keeps in mind what it needs to know of
/// them, and says what readers get of each. It must depend on nothing else: then every reader gets the same blocks with
/// the same cursors, live, in a replay and after a restart, and those of one job cost one encoding.
///
/// Equal views are one: their readers share what was encoded. So a view holds nothing but what makes a difference on
/// the wire.
///
/// The wire is described in `stream.md` of the design: blocks carry the position of the event that they were made of; of
/// several blocks of one event the last one carries it, and those before it `1042.1`, `1042.2` and so on. A view sends
/// no `stream.*` blocks.
public protocol EventStreamView: Hashable, Sendable {
    /// What the view keeps in mind from one event of a job to the next.
    ///
    /// It should be bounded: some of it is kept in memory for each job that is watched.
    associatedtype State: Sendable

    /// Names the view in statistics, such as `workflow`.
    var name: String { get }
    /// What the view knows of a job before its first event.
    var initialState: State { get }

    /// Takes the next event of a job into account, and says what readers get of it.
    ///
    /// It is asked for each event of the job in the order of the log, and again for the same ones by other readers.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - state: What the view knows of the events before it; to be brought up to date.
    /// - Returns: What is sent, in this order; nothing for an event that does not concern the readers.
    /// - Throws: What is wrong with a payload; the stream is cut then, and the server logs why.
    func events(of event: ViewedEvent, _ state: inout State) throws -> [ViewEvent]

    /// What a reader without a cursor begins with instead of a replay from the first event.
    ///
    /// - Returns: Nil for a view that replays; then it must be nil for every state.
    /// - Throws: As `events(of:_:)` does.
    func snapshot(_ state: State) throws -> [ViewEvent]?

    /// What every connection begins with, also one with a cursor.
    ///
    /// - Throws: As `events(of:_:)` does.
    func greeting(_ connection: ViewConnection) throws -> [ViewBlock]

    /// How the stream behaves while nothing happens.
    var quiet: ViewQuiet { get }

    /// Whether blocks have names.
    ///
    /// Those without one come to `onmessage` in browsers.
    var isNamed: Bool { get }
}

extension EventStreamView {
    /// Replays from the first event.
    public func snapshot(_ state: State) throws -> [ViewEvent]? { nil }

    /// Greets nobody.
    public func greeting(_ connection: ViewConnection) throws -> [ViewBlock] { [] }

    /// Behaves as the server's other streams do.
    public var quiet: ViewQuiet { ViewQuiet() }

    /// Names all blocks.
    public var isNamed: Bool { true }
}

/// A connection that begins to read a view.
public struct ViewConnection: Hashable, Sendable {
    /// Tells it from all others: 16 hexadecimal digits by chance.
    public let id: String
    /// Whose events are read.
    public let job: JobID
}

/// How a view behaves while nothing happens.
public struct ViewQuiet: Hashable, Sendable {
    /// How often a sign of life is sent; nil for as often as the server's other streams do.
    public var heartbeat: Duration?
    /// The text of the comment that is the sign of life, in which `%n` stands for how many there were, from 1.
    public var text: String
    /// After how long without an event the stream ends, so that the reader has to come back; nil for never.
    ///
    /// It is looked at with each sign of life.
    public var limit: Duration?

    /// Says how a view behaves.
    public init(heartbeat: Duration? = nil, text: String = "", limit: Duration? = nil) {
        self.heartbeat = heartbeat
        self.text = text
        self.limit = limit
    }
}
