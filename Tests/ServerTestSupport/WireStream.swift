package import HoldfastCore
package import HoldfastStore
package import Testing

/// An event stream that a test reads block by block.
package struct WireStream {
    package let connection: WireConnection
    package let head: WireAnswer
    package var reader: WireReader

    /// Asks for a stream and reads the head of the answer.
    package init(_ server: TestServer, _ path: String, headers: [String: String] = [:]) async throws {
        connection = try await WireConnection(port: server.port)
        try await connection.send(WireConnection.head("GET", path, port: server.port, headers: headers))
        reader = WireReader(connection)
        head = try await reader.head()
    }

    /// Asks for the stream of a job.
    package init(
        _ server: TestServer, of job: JobID, _ query: String = "", cursor: String? = nil
    ) async throws {
        let headers = cursor.map { ["Last-Event-ID": $0] } ?? [:]
        try await self.init(server, "/v1/jobs/\(job)/stream\(query)", headers: headers)
    }
}

extension WireStream {
    /// Reads blocks up to and including the first of a name.
    package mutating func read(through event: String) async throws -> [WireBlock] {
        try await reader.blocks(through: event)
    }

    /// Reads so many blocks of stored events, and what stands between them.
    package mutating func read(stored count: Int) async throws -> [WireBlock] {
        var blocks: [WireBlock] = []
        while blocks.count(where: \.isStored) < count {
            guard let block = try await reader.block() else { throw WireFault.cutOff }
            blocks.append(block)
        }
        return blocks
    }

    /// Cuts the connection.
    package func cut() async { await connection.close() }
}

extension [WireBlock] {
    /// Those of stored events.
    package var stored: [WireBlock] { filter(\.isStored) }

    /// Demands of every block what a browser needs to dispatch it and to come back.
    package func expectComplete(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for block in self where !block.isHeartbeat {
            #expect(EventLogPosition(text: block.id) != nil, "\(block)", sourceLocation: sourceLocation)
            #expect(!block.event.isEmpty && block.event != "error", sourceLocation: sourceLocation)
            _ = try block.fields()
        }
        let positions = compactMap { EventLogPosition(text: $0.id) }
        #expect(positions == positions.sorted(), "ids go back", sourceLocation: sourceLocation)
    }
}

/// The block in which a stream sends an event.
package func block(of event: StoredEvent) -> WireBlock {
    WireBlock(id: event.position.description, event: event.kind, data: event.envelope.text)
}
