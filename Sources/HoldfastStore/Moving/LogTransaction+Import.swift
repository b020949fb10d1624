public import HoldfastCore

// Taking over a job of another log.
extension LogTransaction {
    /// How many events are handed to the backend at once.
    private static let importedAtOnce = 1024

    /// Adds a job with the history that it had in another log.
    ///
    /// Its events keep their versions, kinds, moments, attempts, actors and data, and get new positions behind an
    /// `engine.imported` event. Where an event's data name a position of the job's own history it is the new one. Nobody
    /// outside the job hears of it: no parent, no child. What ran there runs no more, and unless `resuming` an unfinished
    /// job is paused.
    ///
    /// - Parameters:
    ///   - source: Where the export is read from, once more.
    ///   - export: What its check gave.
    ///   - resuming: Whether an unfinished job may go on here at once.
    ///   - actor: Who imports it.
    /// - Returns: The job as it is then.
    /// - Throws: `MovingRejection`; `JobRejection.pruned` when it was here and is gone; `StoreError`, `payloadTooLarge` when a value is above the limit of this log.
    public func importJob(
        _ source: ExportSource, _ export: CheckedExport, resuming: Bool, by actor: EventActor
    ) throws -> JobState {
        let id = export.header.job
        guard try job(id) == nil else { throw MovingRejection.jobExists(id) }
        if try (writer as? any RetainingWriter)?.prunedJob(id) != nil { throw JobRejection.pruned }
        record(.jobImported(JobImported(export)), by: actor)
        var reader = ExportReader()
        var contents = ImportedContents(limit: configuration.payloadLimit)
        var count = 0
        try source.readLines { line in
            switch try reader.read(line) {
            case .header, .end: break
            case .content(let content): try take(content, of: id, &contents)
            case .event(let sealed, _):
                try append(imported: sealed.event)
                count += 1
                if count % LogTransaction.importedAtOnce == 0 { try flushImported() }
            }
        }
        guard reader.header == export.header, reader.end == export.end else {
            throw MovingRejection.contentChanged
        }
        try settle(id, resuming: resuming, from: export.header.log, by: actor)
        guard let state = try job(id) else { throw JobRejection.unknownJob }
        return state
    }

    /// Ends the run that the other log had, and pauses what would go on.
    private func settle(_ id: JobID, resuming: Bool, from log: String, by actor: EventActor) throws {
        if let token = try job(id)?.leaseToken {
            try execute(.work(token, .release(reason: "import")), on: id, by: actor)
        }
        guard !resuming, let phase = try job(id)?.phase.name, !phase.isEnded else { return }
        try execute(.steer(.pause(reason: "imported from log \(log)")), on: id, by: actor)
    }

    private func append(imported stored: StoredEvent) throws {
        guard let id = stored.job, case .job(let event) = try stored.decoded().event else {
            throw JobRejection.unknownJob
        }
        if case .artifactSaved(let artifact) = event, try !hasBlob(artifact.sha256) {
            throw MovingRejection.contentMissing(sha256: artifact.sha256)
        }
        let moved = try renewingPositions(of: event, of: id)
        let recorded = RecordedEvent(
            position: head.position.next, job: id, version: stored.version, at: stored.at,
            attempt: stored.attempt, actor: stored.actor, event: .job(moved ?? event))
        let new = try apply(moved ?? event, recorded, to: job(id), of: id)
        if moved == nil {
            seal(stored.moved(to: recorded.position), of: recorded, nil)
        } else {
            seal(recorded)
        }
        guard event.kind.isTerminal, new.waits.recorded > 0 else { return }
        if !pending.closedWaits.contains(id) { savepoint.closedWaits.append(id) }
        savepoint.waits += pending.closeWaits(of: id).map { (id, $0.key, $0) }
    }

    /// The event with the positions that its job's own events have here; nil for one that names none.
    private func renewingPositions(of event: JobEvent, of id: JobID) throws -> JobEvent? {
        switch event {
        case .leaseReleased(var event):
            guard let token = try job(id)?.leaseToken else { return nil }
            event.token = token
            return .leaseReleased(event)
        case .leaseExpired(var event):
            guard let token = try job(id)?.leaseToken else { return nil }
            event.token = token
            return .leaseExpired(event)
        case .checkpointRefused(var event):
            guard let position = try wait(event.checkpoint, of: id)?.result else { return nil }
            event.first = position
            return .checkpointRefused(event)
        default: return nil
        }
    }

    /// Gives what is pending to the backend, and forgets events that nobody needs to find in memory.
    private func flushImported() throws(StoreError) {
        try flush()
        // Who follows the log reads older ones from the store.
        if appended.count > configuration.recentEvents {
            appended.removeFirst(appended.count - configuration.recentEvents)
        }
    }

    private func take(_ content: ExportedContent, of id: JobID, _ contents: inout ImportedContents) throws {
        switch content.kind {
        case .payload:
            guard let value = try contents.value(with: content) else { return }
            keep(value, as: PayloadReference(sha256: content.sha256, bytes: content.size))
        case .blob:
            if content.start == 0 {
                let name = Hexadecimal.text(of: environment.identity())
                contents.upload =
                    try hasBlob(content.sha256)
                    ? nil : BlobUpload(id: name, job: id, token: LeaseToken(.beginning))
            }
            guard let upload = contents.upload else { return }
            pending.blobs.append(.append(upload, at: content.start, content: content.bytes))
            if content.isLast { pending.blobs.append(.complete(upload, sha256: content.sha256)) }
            if pending.blobs.count >= 16 { try flush() }
        }
    }
}

/// What is put together of the pieces in an export.
private struct ImportedContents {
    let limit: Int
    /// Where the bytes of the artifact go that is being read; nil for one that is there already.
    var upload: BlobUpload?
    private var values = ExportedValues()

    init(limit: Int) { self.limit = limit }

    /// The value, once its last piece has come.
    mutating func value(with piece: ExportedContent) throws(StoreError) -> JSONText? {
        guard piece.size <= limit else {
            throw StoreError(
                .payloadTooLarge, operation: "import a job",
                reason:
                    "a value has \(piece.size) bytes and the limit of this log is \(limit); raise the limit")
        }
        return values.take(piece)
    }
}

extension JobImported {
    fileprivate init(_ export: CheckedExport) {
        self.init(
            job: export.header.job, log: export.header.log, events: export.header.events, first: export.first,
            last: export.last.position, hash: export.last.hash.hexadecimal,
            sha256: export.end.sha256.hexadecimal)
    }
}

extension StoredEvent {
    /// The same columns at another position.
    fileprivate func moved(to position: EventLogPosition) -> StoredEvent {
        StoredEvent(
            position: position, job: job, version: version, kind: kind, schemaVersion: schemaVersion, at: at,
            attempt: attempt, actor: actor, data: data)
    }
}
