import Dispatch
import HoldfastStore
import Synchronization

/// Lets SQLite look for damage of a file, on a thread of its own.
final class FileAudit: Sendable {
    private let connection: UncheckedTransfer<Connection>
    private let running = DispatchGroup()
    private let found = Mutex(Result<[String], StoreError>.success([]))

    /// Begins.
    ///
    /// - Parameters:
    ///   - connection: A connection that nobody else uses from now on.
    ///   - depth: How thoroughly it is looked.
    init(of connection: Connection, _ depth: FileInspection.Depth) {
        self.connection = UncheckedTransfer(connection)
        DedicatedThread.start(in: running) { [self] in
            let result = Result { () throws(StoreError) in
                try self.connection.value.damage(depth, limit: AuditReport.findingLimit)
            }
            found.withLock { $0 = result }
        }
    }

    /// Waits for the end of it.
    ///
    /// - Throws: `StoreError` when the file cannot be read.
    func report() throws(StoreError) -> AuditReport {
        running.wait()
        var report = AuditReport()
        for sentence in try found.withLock(\.self).get() {
            report.note(.file, "SQLite finds damage: \(sentence)")
        }
        return report
    }

    /// Ends it now, if it has not come to its end.
    func end() {
        // One that has not begun yet is not met by the first. A moment that has passed asks without waiting.
        while running.wait(timeout: DispatchTime(uptimeNanoseconds: 1)) == .timedOut {
            connection.value.interrupt()
            connection.value.giveWay()
        }
    }
}
