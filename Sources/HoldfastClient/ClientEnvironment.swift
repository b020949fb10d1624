/// Where a client gets time and chance from: the one place of the client at which the real ones are named.
public struct ClientEnvironment: Sendable {
    /// The time since some fixed moment, by a clock that nobody sets back.
    public let uptime: @Sendable () -> Duration
    /// Waits for a length of time; throws `CancellationError` when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// Random bits.
    public let random: @Sendable () -> UInt64

    /// Injects time and chance.
    ///
    /// - Parameters:
    ///   - uptime: The time since some fixed moment.
    ///   - sleep: Waits for a length of time.
    ///   - random: Random bits, which spread the readers that come back after a cut.
    public init(
        uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.uptime = uptime
        self.sleep = sleep
        self.random = random
    }

    /// The machine's steady clock and the system's random numbers.
    public static let system: ClientEnvironment = {
        let start = ContinuousClock().now
        return ClientEnvironment(
            uptime: { ContinuousClock().now - start },
            sleep: { try await ContinuousClock().sleep(for: $0) },
            random: { UInt64.random(in: .min ... .max) })
    }()

    /// A part of a length of time by chance, from nothing up to the whole of it.
    func part(of length: Duration) -> Duration { length * (Double(random() >> 11) * 0x1p-53) }

    /// Does something that has to be done within a time.
    ///
    /// - Throws: `late` when it was not, and what `work` throws.
    func within<Value: Sendable>(
        _ limit: Duration, orThrow late: ClientError, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask { [sleep] in
                try await sleep(limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() ?? nil else { throw late }
            return first
        }
    }
}

/// How long a client waits for what.
public struct ClientTiming: Hashable, Sendable {
    /// For the first byte of a stream, before it is asked for page by page instead.
    public var firstByte: Duration = .seconds(5)
    /// For any further byte, and for answers; a server sends a heartbeat every 15 s.
    public var silence: Duration = .seconds(45)
    /// The first bound of the waits between connections, until the server says `retry:`.
    public var retry: Duration = .seconds(2)
    /// The last bound of those waits.
    public var retryLimit: Duration = .seconds(30)
    /// How long the server is asked to wait with an empty page, in whole seconds from 1 to 60.
    public var wait = 25

    /// The usual times.
    public init() {}
}
