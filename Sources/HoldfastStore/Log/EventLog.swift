import Dispatch
public import HoldfastCore
import Synchronization

/// The event log of one store: everything that is written or read goes through it.
///
/// It owns the writer's thread, the readers' threads and, where other processes may share the file, a thread
/// that
/// notices their commits.
public final class EventLog: Sendable {
    /// Where the rows are.
    public let backend: any StorageBackend
    /// The limits that were chosen.
    public let configuration: LogConfiguration
    /// Signals each commit and keeps the newest events at hand.
    public let feed: LogFeed
    let environment: LogEnvironment
    /// Nil where nothing is ever written.
    private let commits: CommitThread?
    private let readers: ReaderThreads
    private let threads = DispatchGroup()
    let isClosed = Mutex(false)

    /// Opens the log.
    ///
    /// - Parameters:
    ///   - backend: Where the rows are.
    ///   - configuration: The limits.
    ///   - environment: Where time and chance come from.
    ///   - observer: Measures each commit; nil for nobody.
    /// - Throws: `StoreError` when the store cannot be opened or read.
    public init(
        _ backend: any StorageBackend, configuration: LogConfiguration = LogConfiguration(),
        environment: LogEnvironment, observer: (any CommitObserver)? = nil
    ) throws(StoreError) {
        self.backend = backend
        self.configuration = configuration
        self.environment = environment
        feed = LogFeed(head: try backend.openReader().head().position, configuration: configuration)
        commits =
            configuration.isReadOnly
            ? nil
            : try CommitThread(
                backend: backend, feed: feed, configuration: configuration, environment: environment,
                observer: observer, threads: threads)
        readers = try ReaderThreads(backend: backend, count: configuration.readers, threads: threads)
        if let shared = backend as? any SharedStorage { try watchForeignCommits(shared) }
    }

    /// The moment now, by the injected clock.
    public var now: Timestamp { environment.now() }

    /// Random bits of the injected source.
    public func random() -> UInt64 { environment.random() }

    /// Runs a command in a transaction and returns once it is durable.
    ///
    /// - Parameter body: Runs on the writer's thread, after the commands before it and together with others.
    ///   It may run
    ///   again when the transaction has to be repeated, so it must change nothing but the transaction.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws, such as `JobRejection`; `LogIsReadOnly`; or `StoreError`. Nothing was written then.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (LogTransaction) throws -> Result
    ) async throws -> Result {
        guard let commits else { throw LogIsReadOnly() }
        return try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Result, any Error>) in
            commits.submit(
                WriteRequest(
                    isUrgent: true,
                    run: { transaction in
                        let result = try body(transaction)
                        return { continuation.resume(returning: result) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    /// Runs a command in one of the next transactions without waiting for it.
    ///
    /// It joins the next commit, or makes its own after `deferralLimit`. Commands of both kinds run in the
    /// order in which
    /// they were given.
    ///
    /// - Parameters:
    ///   - body: Runs as it does in `write`.
    ///   - completion: Is told how it ended, on the writer's thread.
    public func writeLater(
        _ body: @escaping @Sendable (LogTransaction) throws -> Void,
        completion: @escaping @Sendable ((any Error)?) -> Void
    ) {
        guard let commits else { return completion(LogIsReadOnly()) }
        commits.submit(
            WriteRequest(
                isUrgent: false,
                run: { transaction in
                    try body(transaction)
                    return { completion(nil) }
                },
                fail: { completion($0) }))
    }

    /// Reads on one of the readers' threads.
    ///
    /// - Throws: What `body` throws, or `StoreError`.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Result
    ) async throws -> Result {
        try await readers.run(body)
    }

    /// Turns a value into what an event holds.
    ///
    /// - Returns: The payload, and the value itself when it has to be kept beside the log.
    /// - Throws: `StoreError.payloadTooLarge` above the limit, before anything is written.
    public func payload(_ value: JSONText) throws(StoreError) -> PreparedPayload {
        try check(value)
        return prepared(value)
    }

    /// Refuses a value above the limit.
    func check(_ value: JSONText) throws(StoreError) {
        let count = value.byteCount
        guard count > configuration.payloadLimit else { return }
        throw StoreError(
            .payloadTooLarge, operation: "keep a value",
            reason: "it has \(count) bytes of JSON and the limit is \(configuration.payloadLimit); "
                + "save it as a file and pass its path, or raise the limit")
    }

    /// Puts a value into an event, or beside the log.
    ///
    /// - Parameters:
    ///   - value: What is kept.
    ///   - digest: By what an equal value is known; nil for the SHA-256 of what is kept.
    /// - Returns: What the event holds, and what is kept beside the log.
    func prepared(_ value: JSONText, digest: String? = nil) -> PreparedPayload {
        let count = value.byteCount
        guard count > configuration.inlinePayloadLimit else {
            let payload = Payload.inline(value)
            return PreparedPayload(payload: payload, digest: digest ?? payload.digest, content: nil)
        }
        let reference = PayloadReference(sha256: SHA256Sum(of: value.text).hexadecimal, bytes: Int64(count))
        return PreparedPayload(
            payload: .stored(reference), digest: digest ?? reference.sha256, content: value)
    }

    /// The value of a payload, wherever it is kept.
    ///
    /// - Throws: `StoreError.corrupt` when the store has lost it.
    public func value(of payload: Payload) async throws -> JSONText {
        switch payload {
        case .inline(let value): return value
        case .stored(let reference):
            guard let value = try await read({ try $0.payload(reference) }) else {
                throw StoreError(
                    .corrupt, operation: "read a value", reason: "\(reference.sha256) is missing")
            }
            return value
        }
    }

    deinit { stop() }

    /// Commits what was given so far, ends all threads and closes what they had open.
    ///
    /// Later calls fail with `StoreError.closed`.
    public func close() async {
        stop()
        await withCheckedContinuation { continuation in
            threads.notify(queue: .global()) { continuation.resume() }
        }
        feed.finish()
    }

    private func stop() {
        commits?.stop()
        isClosed.withLock { $0 = true }
        readers.stop()
    }

    private func watchForeignCommits(_ storage: any SharedStorage) throws(StoreError) {
        let probe = UncheckedTransfer(try storage.openReader())
        DedicatedThread.start(in: threads) { [weak self] in
            while let log = self, !log.isClosed.withLock({ $0 }) {
                // A failed look is not lost: the next one, or the next commit of our own, sees the same head.
                guard let head = try? storage.awaitForeignCommit(probe.value, milliseconds: 30) else {
                    continue
                }
                if head > log.commits?.lastAssigned ?? log.feed.head { log.feed.advance(to: head) }
            }
        }
    }
}

/// A value on its way into an event.
public struct PreparedPayload: Sendable {
    /// What the event holds.
    public let payload: Payload
    /// By what an equal value is known: lower-case hexadecimal.
    package let digest: String
    let content: JSONText?

    /// Keeps a large value in the transaction that records it.
    public func keep(in transaction: LogTransaction) {
        if case .stored(let reference) = payload, let content { transaction.keep(content, as: reference) }
    }
}
