import HoldfastCore
import HoldfastStore
import SQLiteMigrations
import Synchronization

/// A job of an archive, laid out in memory as a log that holds nothing else, so that whatever reads a log reads it.
final class ArchivedLog: StorageBackend {
    /// How many events are written at once.
    private static let eventsAtOnce = 1_000

    /// The identity of the log that the job was archived from.
    let identity: String
    private static let count = Mutex(0)

    private let name: String
    /// Keeps the memory; nobody reads from it.
    private let keeper: Mutex<Connection>

    /// Lays out a job.
    ///
    /// - Parameters:
    ///   - source: The export of the job.
    ///   - identity: The identity of the log that it was archived from.
    /// - Throws: `ExportFault` when the export was changed, `StoreError`.
    init(_ source: ExportSource, of identity: String) throws {
        self.identity = identity
        let number = ArchivedLog.count.withLock { count in
            count += 1
            return count
        }
        name = "archived-\(number)"
        let connection = try Connection(path: name, access: .inMemory)
        try SchemaUpgrade(connection, migrations: Migrations.all).run()
        try connection.beginImmediate()
        try connection.layOut(source, atOnce: ArchivedLog.eventsAtOnce)
        try SQLiteWriter(connection).rebuildProjections()
        try connection.commitTransaction()
        keeper = Mutex(connection)
    }

    func openWriter() throws(StoreError) -> any StorageWriter {
        throw StoreError(
            .readOnly, operation: "open a writer", reason: "a job that was archived can only be read")
    }

    func openReader() throws(StoreError) -> any StorageReader {
        SQLiteReader(try Connection(path: name, access: .inMemory))
    }
}

extension Connection {
    /// Writes what an export holds, at the positions that it had.
    fileprivate func layOut(_ source: ExportSource, atOnce limit: Int) throws {
        var (reader, values, events) = (ExportReader(), ExportedValues(), [SealedEvent]())
        try source.readLines { line in
            switch try reader.read(line) {
            case .header, .end: break
            case .event(let sealed, _):
                events.append(sealed)
                guard events.count == limit else { return }
                try appendEvents(events)
                events = []
            case .content(let piece):
                guard piece.kind == .blob else {
                    guard let value = values.take(piece) else { return }
                    return try keepPayloads(
                        [PayloadReference(sha256: piece.sha256, bytes: piece.size): value])
                }
                guard let job = reader.header?.job else { return }
                let upload = BlobUpload(id: piece.sha256, job: job, token: LeaseToken(.beginning))
                try changeBlobs([.append(upload, at: piece.start, content: piece.bytes)])
                if piece.isLast { try changeBlobs([.complete(upload, sha256: piece.sha256)]) }
            }
        }
        try reader.finish()
        try appendEvents(events)
    }
}
