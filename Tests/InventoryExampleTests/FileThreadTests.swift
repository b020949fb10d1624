import Dispatch
import Testing

@testable import InventoryExample

@Suite(.timeLimit(.minutes(1))) struct FileThreadTests {
    private struct Failure: Error, Equatable {}

    @Test func `it returns what the work returns, and throws what it throws`() async throws {
        let thread = FileThread(name: "test")
        #expect(try await thread.run { _ in 7 } == 7)
        await #expect(throws: Failure()) { try await thread.run { _ in throw Failure() } }
    }

    @Test func `blocked work holds up no other task`() async throws {
        // More than the machine has cores: had each taken one of the shared threads, nobody could
        // open the gate.
        let gate = DispatchSemaphore(value: 0)
        let count = 64
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                group.addTask {
                    try await FileThread(name: "test \(number)").run { _ in gate.wait() }
                }
            }
            group.addTask {
                await Task.yield()
                for _ in 0..<count { gate.signal() }
            }
            try await group.waitForAll()
        }
    }

    @Test func `work of a task already cancelled does not begin`() async throws {
        let thread = FileThread(name: "test")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await thread.run { _ in _ = Issue.record("The work began.") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `cancelling the task stops a chunk and leaves the manifest as it was`() async throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let inventory = try tree.inventory()
        let first = try await inventory.nextChunk(after: ChunkCursor(), limit: 10) { _ in }
        let (hashed, announce) = AsyncStream<Void>.makeStream()
        let cancelled = DispatchSemaphore(value: 0)
        let task = Task {
            try await inventory.nextChunk(after: first, limit: 50) { notice in
                guard case .hashed = notice else { return }
                announce.yield()
                cancelled.wait()
                cancelled.signal()
            }
        }
        for await _ in hashed { break }
        task.cancel()
        cancelled.signal()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try contents(tree.output).count == Int(first.manifestBytes))
    }

    @Test func `the whole pass runs beside the shared threads`() async throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let inventory = try tree.inventory()
        let total = try await inventory.count()
        var cursor = ChunkCursor()
        while !cursor.isComplete { cursor = try await inventory.nextChunk(after: cursor, limit: 25) { _ in } }
        let summary = try await inventory.summary(of: cursor)
        #expect(summary.files == total.files)
        #expect(summary.bytes == total.bytes)
        #expect(try ManifestLine.read(tree.output).count == total.files)
    }
}
