public import HoldfastCore
import HoldfastStore

extension JobContext {
    /// Begins another job as a child of this one and returns once that is durable.
    ///
    /// A handler that starts again from the top finds the same child. Cancelling this job cancels the children that go
    /// on; its completing or failing does not.
    ///
    /// - Parameters:
    ///   - job: The child's input.
    ///   - name: Names the child; nil for its kind. Children of one name are told apart by the order in which they are
    ///     begun.
    ///   - options: What else is said about it. A key is not used: the name and the order are the key.
    /// - Returns: The child, to be waited for.
    /// - Throws: `CancellationError` when the run is over; `WaitMisuse`; `StoreError`; `EncodingError`.
    public func spawn<Kind: Job>(
        _ job: Kind, as name: WaitName? = nil, _ options: EnqueueOptions = EnqueueOptions()
    ) async throws -> ChildJob<Kind> {
        let group = try await spawn(contentsOf: [job], as: name, options)
        guard let child = group.children.first else { throw JobRejection.unknownJob }
        return child
    }

    /// Begins several jobs of one kind as children, however many, and returns once all are durable.
    ///
    /// They are begun in pages of 500, each in one transaction; a crash in between loses none and doubles none.
    ///
    /// - Parameters:
    ///   - jobs: The children's inputs.
    ///   - name: Names the group; nil for the kind. Groups that are waited for at the same time need different names.
    ///   - options: As for one child.
    /// - Returns: The children in the order of their inputs, to be waited for together.
    /// - Throws: As for one child.
    public func spawn<Kind: Job>(
        contentsOf jobs: [Kind], as name: WaitName? = nil, _ options: EnqueueOptions = EnqueueOptions()
    ) async throws -> ChildGroup<Kind> {
        try checkInterruption()
        let name = name ?? WaitName(unchecked: Kind.kind.rawValue)
        let keys = try waits.begin(.child, name, count: jobs.count)
        waits.beginCall()
        defer {
            waits.endCall()
            waits.end(.child, name)
        }
        var known: [WaitKey: JobID] = [:]
        if waits.mayHaveRecorded {
            let query = WaitQuery(kind: .child, name: name, limit: .max)
            let parent = job
            for record in try await engine.fetch({ try $0.waits(of: parent, query) }) {
                known[record.key] = record.child
            }
        }
        var children: [ChildJob<Kind>] = []
        var missing: [(key: WaitKey, job: Kind)] = []
        for (key, job) in zip(keys, jobs) {
            if let id = known[key] {
                children.append(ChildJob(id: id, key: key, context: self))
            } else {
                missing.append((key, job))
            }
        }
        for start in stride(from: 0, to: missing.count, by: 500) {
            try checkInterruption()
            let page = missing[start..<min(start + 500, missing.count)]
            let ids = try await begin(Array(page), options)
            children += zip(ids, page).map { ChildJob(id: $0, key: $1.key, context: self) }
        }
        return ChildGroup(name: name, children: children.sorted { $0.key.occurrence < $1.key.occurrence })
    }

    private func begin<Kind: Job>(
        _ page: [(key: WaitKey, job: Kind)], _ options: EnqueueOptions
    ) async throws -> [JobID] {
        var options = options
        options.key = nil
        options.owner = options.owner ?? origin.owner
        options.trace = options.trace ?? carriedTrace
        // What it passes on comes from values that are.
        options.isEncrypted = options.isEncrypted || origin.isEncrypted
        let requests = try page.map { try engine.request($0.job, options) }
        let prepared = zip(page.map(\.key), try await engine.prepared(requests)).map { ($0, $1) }
        return try await write { [job, token, worker] transaction in
            try prepared.map { key, child in
                let (request, id) = (child.request, child.id)
                let actor = EventActor.worker(worker)
                let event = ChildSpawned(child: key, job: id, kind: request.kind)
                try transaction.execute(.work(token, .spawn(event, recorded: nil)), on: job, by: actor)
                child.input.keep(in: transaction)
                let parent = ParentLink(job: job, child: key)
                _ = try transaction.enqueue(
                    request.event(input: child.input.payload, parent: parent), as: id, by: actor)
                return id
            }
        }
    }

    /// Waits until the children of a name are over.
    func endOfChildren(_ name: WaitName, _ end: GroupEnd) async throws {
        try checkInterruption()
        while true {
            let news = waits.news
            let job = job
            if try await engine.fetch({ try $0.job(job) })?.waits.isOver(name, end) ?? true { return }
            try await awaitNews(for: .children(name, end), since: news)
        }
    }
}
