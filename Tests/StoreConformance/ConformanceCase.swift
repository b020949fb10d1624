import HoldfastStore
public import Testing

/// One promise of the store seam, with the way to check it on any store.
///
/// A store's tests run them all:
///
///     @Test(arguments: ConformanceCase.all)
///     func conforms(_ conformance: ConformanceCase) async throws { try await conformance.run(on: factory) }
public struct ConformanceCase: Sendable, CustomTestStringConvertible {
    /// The part of the seam that a case is about.
    public enum Port: String, Sendable, CaseIterable {
        case append, rollback, order, read, feed, lease, claim, due, key, step, snapshot, counters, payload,
            job, reopen, schedule
        case queue, sharing, rebuild, artifact, wait, bulk, request, past
    }

    /// The part of the seam.
    public let port: Port
    /// What is promised, as a sentence.
    public let name: String
    private let configuration: LogConfiguration
    private let body: @Sendable (ConformanceLog) async throws -> Void

    init(
        _ port: Port, _ name: String, configure: (inout LogConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (ConformanceLog) async throws -> Void
    ) {
        self.port = port
        self.name = name
        self.body = body
        var configuration = LogConfiguration()
        // What may wait for company does not wait here: a case that is about waiting says so.
        configuration.deferralLimit = .zero
        configure(&configuration)
        self.configuration = configuration
    }

    /// The port and the sentence.
    public var testDescription: String { "\(port.rawValue): \(name)" }

    /// Runs the case on a storage of its own; what does not hold is recorded as an issue of the running test.
    ///
    /// - Throws: What the store throws where the case expects no error.
    public func run(on factory: StoreFactory) async throws {
        let storage = try factory.makeStorage()
        defer { storage.remove() }
        let log = try ConformanceLog(storage, configuration)
        do {
            try await body(log)
        } catch {
            await log.closeAll()
            throw error
        }
        await log.closeAll()
    }

    /// All cases.
    public static let all: [ConformanceCase] =
        append + rollback + order + read + feed + lease + claim + due + key + step + snapshot + counters
        + payload
        + job + reopen + queue + sharing + rebuild + artifact + wait + schedule + bulk + request + past
        + pastBounds
}
