import HoldfastAPI

/// The events of a stream: each once, in the order of the log, over as many connections as it takes.
///
/// A stream that was cut is resumed behind its cursor, for ever, after waits that grow from nothing to 30 s by chance, and at
/// least as long as the server says. One that brings nothing for 45 s counts as cut. Where no byte of it comes, or it
/// falls silent twice in a row, something on the way holds it back, and it is asked for page by page, which begins with
/// the first event instead of a snapshot. The sequence ends when the job's life has ended; that over many jobs never
/// does. Letting go of the iterator closes the connection.
///
/// Iterating throws `ClientError` for what no other connection can mend, such as 401 and 404, and `CancellationError`.
public struct StreamEvents: AsyncSequence, Sendable {
    /// Is told of each connection that failed, and how long the reader waits before the next.
    public typealias Observer = @Sendable (ClientError, Duration) -> Void

    let client: HoldfastClient
    let reading: StreamReading
    let observer: Observer

    /// Begins to read; nothing is sent before the first event is asked for.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(client: client, reading: reading, observer: observer)
    }

    /// Reads one stream; the shell of `StreamReading`.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let client: HoldfastClient
        var reading: StreamReading
        let observer: Observer
        private var connection: (any ClientBody)?
        private var ready: ArraySlice<StreamEvent> = []
        /// How long to stay away before the next connection.
        private var rest = Duration.zero

        init(client: HoldfastClient, reading: StreamReading, observer: @escaping Observer) {
            self.client = client
            self.reading = reading
            self.observer = observer
        }

        /// The next event; nil when there will never be another.
        ///
        /// - Throws: `ClientError`, `CancellationError`.
        public mutating func next() async throws -> StreamEvent? {
            while true {
                if let event = ready.popFirst() { return event }
                if reading.isOver { return nil }
                if rest > .zero {
                    try await client.environment.sleep(rest)
                    rest = .zero
                }
                do {
                    if let connection {
                        try await read(connection)
                    } else {
                        try await open()
                    }
                } catch let error as ClientError {
                    try recover(from: error)
                }
            }
        }

        private mutating func open() async throws {
            let request = reading.begin()
            guard !reading.isPolling else { return try await poll(request) }
            let environment = client.environment
            let (opened, first) = try await environment.within(
                client.timing.firstByte, orThrow: .timedOut(.firstByte)
            ) { [client] in
                let answer = try await client.answer(to: request)
                return (answer, try await answer.body.next())
            }
            guard opened.status != 204 else { return reading.takeEnd() }
            guard opened.mediaType.hasPrefix(ServerSentEvents.mediaType) else {
                throw ClientError.foreign(status: opened.status, retryAfter: nil)
            }
            connection = opened.body
            try take(first)
        }

        private mutating func read(_ body: any ClientBody) async throws {
            let bytes = try await client.environment.within(
                client.timing.silence, orThrow: .timedOut(.silence)
            ) { try await body.next() }
            try take(bytes)
        }

        private mutating func take(_ bytes: [UInt8]?) throws {
            guard let bytes else { throw ClientError.cut("the stream ended before its end") }
            ready += try reading.take(bytes)
            guard reading.isOver || reading.rotation != nil else { return }
            connection = nil
            rest = reading.rotation ?? .zero
        }

        private mutating func poll(_ request: ClientRequest) async throws {
            let asked = client.environment.uptime()
            let answer = try await client.whole(request)
            guard answer.status != 204 else { return reading.takeEnd() }
            let page: HistoryPage = try ClientError.reading { try HistoryPage(parsing: answer.json) }
            ready += try reading.take(page, after: client.environment.uptime() - asked)
        }

        private mutating func recover(from error: ClientError) throws {
            connection = nil
            let decided = try reading.failed(error, part: client.environment.part)
            ready += decided.events
            rest = decided.rest
            if rest > .zero { observer(error, rest) }
        }
    }
}
