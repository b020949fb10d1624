public import HoldfastCore
public import HoldfastStore

// Jobs that go from one log to another with their whole history.
extension JobEngine {
    /// Exports a job: its history with its seals, and everything that its events refer to.
    ///
    /// - Parameters:
    ///   - job: The job, in any state. What happens to it while it is exported is not in the export.
    ///   - withArtifacts: Whether the bytes of its artifacts are exported too. Without them it can be imported only where
    ///     they are already.
    /// - Returns: The bytes of the export, in the format that the page *Moving a log* describes.
    public func exportJob(_ job: JobID, withArtifacts: Bool = true) -> JobExport {
        JobExport(
            engine: self, exporter: JobExporter(job, from: log.backend.identity, withArtifacts: withArtifacts)
        )
    }

    /// Takes over a job that was exported from another log, and returns once that is durable.
    ///
    /// All of it is taken over, in one transaction, or nothing. The job has the id that it had; its events get new
    /// positions, and an `engine.imported` event says where they come from. An unfinished job is paused unless `resuming`:
    /// it may still run where it comes from. Everybody else who writes waits meanwhile, about a second for 50,000 events.
    ///
    /// - Parameters:
    ///   - source: Where the export is read from, twice: it is checked first.
    ///   - resuming: Whether an unfinished job may go on here at once.
    ///   - actor: Who imports it.
    ///   - progress: Is told how far it is.
    /// - Returns: The job as it is then.
    /// - Throws: `ExportFault` when it is no export or a damaged one, `MovingRejection`, `EventDecodingError` when a newer
    ///   program wrote it, `LogIsReadOnly`, `StoreError`. Nothing was taken over then.
    @discardableResult
    public func importJob(
        _ source: ExportSource, resuming: Bool = false, by actor: EventActor,
        progress: @escaping @Sendable (MovingProgress) throws -> Void = { _ in }
    ) async throws -> JobState {
        guard !log.configuration.isReadOnly else { throw LogIsReadOnly() }
        let export = try await source.check(progress: progress)
        // Said early, because everybody waits for the transaction.
        if try await log.read({ try $0.job(export.header.job) }) != nil {
            throw MovingRejection.jobExists(export.header.job)
        }
        try progress(MovingProgress(.writing, done: 0, total: export.header.events))
        return try await log.write { transaction in
            try transaction.importJob(source, export, resuming: resuming, by: actor)
        }
    }
}

/// The bytes of an export, read from the log as they are taken; each iteration begins anew.
public struct JobExport: AsyncSequence, Sendable {
    /// Whole lines, about 512 KiB.
    public typealias Element = [UInt8]

    fileprivate let engine: JobEngine
    fileprivate let exporter: JobExporter

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator { Iterator(engine: engine, exporter: exporter) }

    /// Reads one piece after the other; nothing is held open between two.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let engine: JobEngine
        fileprivate var exporter: JobExporter

        /// The next piece; nil at the end.
        ///
        /// - Throws: `JobRejection.unknownJob`; `StoreError`, `corrupt` when the log has lost what an event refers to.
        public mutating func next() async throws -> [UInt8]? {
            let (piece, next) = try await engine.log.read { [exporter] reader in
                var exporter = exporter
                let piece = try exporter.next(from: reader)
                return (piece, exporter)
            }
            exporter = next
            return piece
        }
    }
}
