import CSQLite
import Foundation
import HoldfastStore
import Testing

@testable import HoldfastSQLite

/// The thin layer over SQLite's own calls: values arrive as they were given.
@Suite("Statements")
struct StatementTests {
    private let folder: TemporaryFolder
    private let connection: Connection

    init() throws {
        folder = try TemporaryFolder()
        connection = try Connection(path: folder.file(), access: .create)
        try connection.execute("CREATE TABLE kept (a, b, c)", for: "test")
    }

    private func insert(_ bind: (Statement) -> Void) throws {
        let statement = try connection.statement(
            "INSERT INTO kept (a, b, c) VALUES (?1, ?2, ?3)", for: "test")
        bind(statement)
        try statement.run()
    }

    private func types() throws -> [String] {
        try connection.values(
            "SELECT typeof(a) || ' ' || typeof(b) || ' ' || typeof(c) FROM kept", for: "test")
    }

    @Test func `an empty text and an empty blob are not null`() throws {
        try insert {
            $0.bind("", at: 1)
            $0.bind(UnsafeRawBufferPointer(start: nil, count: 0), at: 2)
            $0.bind(String?.none, at: 3)
        }
        #expect(try types() == ["text blob null"])
    }

    @Test func `values larger than the scratch memory arrive whole`() throws {
        let texts = ["ä", String(repeating: "b", count: 4095), String(repeating: "ç", count: 9000)]
        try insert { for (index, text) in texts.enumerated() { $0.bind(text, at: Int32(index + 1)) } }
        let row = try connection.statement("SELECT a, b, c FROM kept", for: "test")
        defer { row.reset() }
        #expect(try row.step())
        #expect((0..<3).map { row.text(Int32($0)) } == texts)
        #expect(try row.step() == false)
    }

    @Test func `a value with a NUL keeps what is behind it`() throws {
        try insert { $0.bind("a\0b", at: 1) }
        #expect(try connection.values("SELECT hex(a) FROM kept", for: "test") == ["610062"])
    }

    @Test func `a parameter that does not exist is an error, and the statement can be used again`() throws {
        let error = #expect(throws: StoreError.self) { try insert { $0.bind(1, at: 9) } }
        #expect(error?.code == .constraint)
        try insert { $0.bind(1, at: 1) }
        #expect(try types() == ["integer null null"])
    }

    @Test func `a failed statement can be used again and leaves no transaction open`() throws {
        try connection.execute("CREATE UNIQUE INDEX kept_a ON kept (a)", for: "test")
        try insert { $0.bind(1, at: 1) }
        let error = #expect(throws: StoreError.self) { try insert { $0.bind(1, at: 1) } }
        #expect(error?.code == .constraint)
        try insert { $0.bind(2, at: 1) }
        #expect(connection.isInTransaction == false)
        try connection.execute("BEGIN IMMEDIATE; COMMIT", for: "test")
    }

    @Test func `an error names the operation and no value`() throws {
        try connection.execute("CREATE UNIQUE INDEX kept_a ON kept (a)", for: "test")
        try insert { $0.bind("secret", at: 1) }
        let error = #expect(throws: StoreError.self) { try insert { $0.bind("secret", at: 1) } }
        let description = try #require(error).description
        #expect(description.hasPrefix("test failed (constraint)"))
        #expect(!description.contains("secret"))
        #expect(error?.debugDescription.contains("secret") == false)
    }

    @Test(
        arguments: [
            (SQLITE_BUSY, 0, StoreError.Code.busy), (SQLITE_LOCKED, 0, .busy), (SQLITE_FULL, 0, .full),
            (SQLITE_IOERR, ENOSPC, .full), (SQLITE_IOERR, EDQUOT, .full), (SQLITE_IOERR, EIO, .unavailable),
            (SQLITE_IOERR, EROFS, .readOnly), (SQLITE_CANTOPEN, EACCES, .readOnly),
            (SQLITE_CANTOPEN, EMFILE, .unavailable), (SQLITE_READONLY, 0, .readOnly),
            (SQLITE_NOTADB, 0, .corrupt), (SQLITE_CORRUPT, 0, .corrupt), (SQLITE_NOMEM, 0, .unavailable),
            (SQLITE_CONSTRAINT, 0, .constraint), (SQLITE_MISUSE, 0, .constraint),
            // Extended codes mean what their first byte means.
            (SQLITE_BUSY | 1 << 8, 0, .busy), (SQLITE_CONSTRAINT | 7 << 8, 0, .constraint),
        ] as [(Int32, Int32, StoreError.Code)])
    func `a result code becomes one kind of failure`(
        code: Int32, systemError: Int32, expected: StoreError.Code
    ) {
        #expect(StoreError.Code(result: code, systemError: systemError) == expected)
    }
}
