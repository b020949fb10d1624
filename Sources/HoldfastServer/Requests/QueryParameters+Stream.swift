import HoldfastAPI
import HoldfastCore
import Hummingbird

extension QueryParameters {
    /// What says where a reader begins.
    static let cursors = ["last_event_id", "lastEventId", "from", "log"]
    /// What says in which form and how long history is sent.
    static let forms = ["after", "limit", "format", "follow", "wait"]
    /// What says which events a stream of many jobs has.
    static let selection = StreamTokenBody.filterNames

    /// Where the reader begins: its cursor, from the header or the query, else what `from=` says.
    ///
    /// - Returns: Nil when the request says nothing.
    /// - Throws: `RequestFault` when it is malformed.
    func start(_ request: Request) throws(RequestFault) -> StreamStart? {
        if let header = request.headers[named: "Last-Event-ID"], !header.isEmpty {
            return try StreamStart(cursor: header, givenAs: "Last-Event-ID")
        }
        for name in ["last_event_id", "lastEventId", "after"] {
            if let cursor = try text(name) { return try StreamStart(cursor: cursor, givenAs: name) }
        }
        guard let from = try text("from") else { return nil }
        return try StreamStart(from: from)
    }

    /// The form that the client asks for, by `?format=` or else by `Accept`.
    ///
    /// One who waits gets pages of JSON, unless the request says otherwise.
    func format(
        _ request: Request, otherwise preferred: HistoryFormat
    ) throws(RequestFault) -> HistoryFormat {
        guard let name = try text("format") else {
            return try wait() != nil
                ? .json : HistoryFormat(accepting: request.headers[.accept], otherwise: preferred)
        }
        guard let format = HistoryFormat(rawValue: name) else {
            throw .invalidParameter(
                "format", expected: "one of " + HistoryFormat.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        return format
    }

    /// How long to wait where there is nothing to send yet; nil for not at all.
    func wait() throws(RequestFault) -> Duration? {
        try count("wait", in: 0...60).map { .seconds($0) }
    }

    /// Which events a stream of many jobs has, no others than those that the caller may see.
    ///
    /// - Throws: `RequestFault` that names the parameter which does not fit; `AccessFault.forbidden` for the jobs of
    ///   another owner.
    func streamSelection(for caller: Caller) throws -> StreamSelection {
        var selection = StreamSelection()
        selection.jobs = try set("job", expected: "ids of jobs", JobID.init)
        selection.kinds = try names("kind")
        selection.queues = try names("queue")
        selection.tags = try names("tag")
        let asked = JobFilter(owner: try owner(caller))
        guard let seen = AccessRule.filter(asked, for: caller) else {
            throw AccessFault.forbidden("only the jobs of \"\(caller.subject)\" may be watched")
        }
        selection.owner = seen.owner
        selection.types = try set("types", expected: "kinds of events, such as step.completed") {
            EventKind(rawValue: $0)
        }
        return selection
    }

    private func names<Name: TextIdentifier>(_ parameter: String) throws(RequestFault) -> Set<Name>? {
        try set(parameter, expected: "names (\(TextIdentifierRules.explanation))") { Name(rawValue: $0) }
    }

    private func set<Value: Hashable>(
        _ parameter: String, expected: String, _ read: (String) -> Value?
    ) throws(RequestFault) -> Set<Value>? {
        guard let texts = list(parameter) else { return nil }
        let values = texts.compactMap(read)
        guard !values.isEmpty, values.count == texts.count else {
            throw .invalidParameter(parameter, expected: expected)
        }
        return Set(values)
    }
}
