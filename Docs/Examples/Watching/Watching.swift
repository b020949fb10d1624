import HoldfastAPI
public import HoldfastClient
public import HoldfastCore

/// Enqueues an import, approves what it asks, and gives the job as it is at its end.
///
/// - Throws: `ClientError`.
public func importLedger(_ file: String, through client: HoldfastClient) async throws -> JSONText {
    let input = JSONWriter.object { $0.field("file", file) }
    let job = try await client.enqueue(EnqueueBody(kind: "ledger.import", input: input)).id
    for try await event in client.events(of: job, from: .beginning) {
        if event.kind == "checkpoint.opened" {
            try await client.decide("post-to-books", of: job, DecisionBody(.approve, reason: "small"))
        }
    }
    return try await client.job(job)
}

/// Prints the failures of a queue, from an event on that was seen before.
///
/// - Throws: `ClientError`.
public func failures(
    since cursor: EventLogPosition, of log: String, through client: HoldfastClient
) async throws {
    let filter = StreamFilter(queues: ["imports"], types: [.jobFailed])
    for try await event in client.events(filter, from: .after(cursor), log: log) {
        print(event.cursor, event.log ?? "", event.data)
    }
}
