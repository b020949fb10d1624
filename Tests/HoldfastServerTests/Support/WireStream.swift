import HoldfastCore
import HoldfastStore
import Testing

/// An event stream that a test reads block by block.
struct WireStream {
    let connection: WireConnection
    let head: WireAnswer
    var reader: WireReader

    /// Asks for a stream and reads the head of the answer.
    init(_ server: TestServer, _ path: String, headers: [String: String] = [:]) async throws {
        connection = try await WireConnection(port: server.port)
        try await connection.send(WireConnection.head("GET", path, port: server.port, headers: headers))
        reader = WireReader(connection)
        head = try await reader.head()
    }

    /// Asks for the stream of a job.
    init(
        _ server: TestServer, of job: JobID, _ query: String = "", cursor: String? = nil
    ) async throws {
        let headers = cursor.map { ["Last-Event-ID": $0] } ?? [:]
        try await self.init(server, "/v1/jobs/\(job)/stream\(query)", headers: headers)
    }
}

/// The block in which a stream sends an event.
func block(of event: StoredEvent) -> WireBlock {
    WireBlock(id: event.position.description, event: event.kind, data: event.envelope.text)
}
