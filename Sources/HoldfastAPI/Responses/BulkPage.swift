public import HoldfastCore

/// The answer of `GET /v1/bulk`: the newest bulk operations.
public struct BulkPage: Hashable, Sendable {
    /// The operations.
    public var operations: [JSONText]

    /// Puts the answer together.
    public init(operations: [JSONText]) { self.operations = operations }

    /// Reads an answer.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws { operations = try JSONFields(json).list("operations") }

    /// The JSON of the answer.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.key("operations")
            writer.array { for operation in operations { $0.raw(operation) } }
        }
    }
}
