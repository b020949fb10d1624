import Dispatch
import Foundation
import Synchronization
import Testing

@testable import HoldfastCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Standard output")
struct StandardOutputTests {
    /// Both ends of a pipe.
    private struct Pipe: Sendable {
        let reading: Int32
        let writing: Int32

        init(isBlocking: Bool = true) throws {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
            if !isBlocking { try setNonBlocking(reading, writing) }
        }

        func setNonBlocking(_ descriptors: Int32...) throws {
            for descriptor in descriptors {
                try #require(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
            }
        }

        /// Reads what is there now, or up to the end when the reading end blocks.
        func read(upTo maximum: Int = .max) -> [UInt8] {
            var result: [UInt8] = []
            var page = [UInt8](repeating: 0, count: 4_096)
            while result.count < maximum {
                let count = readBytes(reading, &page, min(page.count, maximum - result.count))
                guard count > 0 else { break }
                result += page.prefix(count)
            }
            return result
        }
    }

    /// How a writing thread ended.
    private final class Ending: Sendable {
        let error = Mutex<OutputError?>(nil)
        let reached = DispatchSemaphore(value: 0)
    }

    @Test func `text waits in the buffer until it is flushed`() throws {
        let pipe = try Pipe(isBlocking: false)
        let output = StandardOutput(fileDescriptor: pipe.writing)
        try output.write("one ")
        try output.writeLine("two")
        try output.writeLine()
        #expect(pipe.read().isEmpty)
        try output.flush()
        #expect(pipe.read() == Array("one two\n\n".utf8))
        try output.flush()
        #expect(pipe.read().isEmpty)
    }

    @Test func `a full buffer is written by itself`() throws {
        let pipe = try Pipe(isBlocking: false)
        let output = StandardOutput(fileDescriptor: pipe.writing, capacity: 4)
        try output.write("abc")
        #expect(pipe.read().isEmpty)
        try output.write(bytes: [0xFF, 0x00])
        #expect(pipe.read() == [0x61, 0x62, 0x63, 0xFF, 0x00])
    }

    @Test(arguments: [true, false])
    func `much text arrives whole through a small pipe`(isBlocking: Bool) throws {
        let pipe = try Pipe()
        if !isBlocking { try pipe.setNonBlocking(pipe.writing) }
        let expected = (0..<60_000).map { "line \($0)\n" }.joined()
        Thread.detachNewThread {
            let output = StandardOutput(fileDescriptor: pipe.writing, capacity: 300_000)
            do {
                try output.write(expected)
                try output.flush()
            } catch {
                Issue.record(error)
            }
            close(pipe.writing)
        }
        #expect(pipe.read() == Array(expected.utf8))
        close(pipe.reading)
    }

    @Test func `a reader that has gone is told by a typed error, again and again`() throws {
        let pipe = try Pipe()
        close(pipe.reading)
        let output = StandardOutput(fileDescriptor: pipe.writing)
        try output.writeLine("nobody reads this")
        #expect(throws: OutputError.closedPipe) { try output.flush() }
        #expect(throws: OutputError.closedPipe) { try output.flush() }
        #expect(throws: OutputError.closedPipe) { try output.write("more") }
        close(pipe.writing)
    }

    @Test func `a reader that goes in the middle is noticed`() throws {
        let pipe = try Pipe()
        let ending = Ending()
        Thread.detachNewThread {
            let output = StandardOutput(fileDescriptor: pipe.writing)
            do throws(OutputError) {
                while true { try output.write("yes\n") }
            } catch {
                ending.error.withLock { $0 = error }
            }
            ending.reached.signal()
        }
        #expect(pipe.read(upTo: 10).count == 10)
        close(pipe.reading)
        try #require(ending.reached.wait(timeout: .now() + 30) == .success)
        #expect(ending.error.withLock(\.self) == .closedPipe)
        close(pipe.writing)
    }

    #if os(Linux)
        @Test func `a full disk is an error with its reason`() throws {
            let full = open("/dev/full", O_WRONLY)
            try #require(full >= 0)
            defer { close(full) }
            let output = StandardOutput(fileDescriptor: full)
            try output.write("lost")
            #expect(throws: OutputError.failed(code: ENOSPC)) { try output.flush() }
            #expect(throws: OutputError.failed(code: ENOSPC)) { try output.write("more") }
            #expect("\(OutputError.failed(code: ENOSPC))".contains("No space left"))
        }
    #endif

    @Test func `lines of several threads are not torn apart`() throws {
        let pipe = try Pipe()
        let output = StandardOutput(fileDescriptor: pipe.writing, capacity: 1)
        Thread.detachNewThread {
            DispatchQueue.concurrentPerform(iterations: 2_000) { index in
                do {
                    try output.writeLine("line \(index) \(String(repeating: "x", count: index % 50))")
                } catch {
                    Issue.record(error)
                }
            }
            close(pipe.writing)
        }
        let lines = String(decoding: pipe.read(), as: UTF8.self).split(separator: "\n")
        let expected = (0..<2_000).map { "line \($0) \(String(repeating: "x", count: $0 % 50))" }
        #expect(lines.map(String.init).sorted() == expected.sorted())
        close(pipe.reading)
    }
}

private func readBytes(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
    read(descriptor, &buffer, count)
}
