import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Logging
import Synchronization
import Testing

@Suite("Ordinary loggers in a job", .timeLimit(.minutes(1)))
struct LoggerTests {
    @Test func `lines become events with their level, message and metadata, in order`() async throws {
        try await TestEngine.runChores { _, context in
            var logger = context.logger
            logger[metadataKey: "tenant"] = "ana"
            logger.info("begun")
            logger.warning("slow", metadata: ["ms": "1200", "of": ["a": "1", "b": ["2", "3"]]])
            try await context.step("parse") { logger.error("broken", metadata: ["line": "\(7)"]) }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let lines = try await bench.history(of: handle.id).logLines
            #expect(lines.map(\.level) == [.info, .warning, .error])
            #expect(lines.map(\.message) == ["begun", "slow", "broken"])
            #expect(
                lines.map(\.metadata?.text) == [
                    #"{"tenant":"ana"}"#,
                    #"{"ms":"1200","of":{"a":"1","b":["2","3"]},"tenant":"ana"}"#,
                    #"{"line":"7","step":"parse#1","tenant":"ana"}"#,
                ])
        }
    }

    @Test func `lines below the level are not recorded, and the level can be chosen`() async throws {
        for level in [LogLevel.info, .debug] {
            try await TestEngine.runChores(configure: { $0.jobLogLevel = level }) { _, context in
                context.logger.debug("detail")
                context.logger.info("fact")
                return "done"
            } test: { bench in
                let handle = try await bench.engine.enqueue(Chore())
                _ = try await handle.result()
                let lines = try await bench.history(of: handle.id).lines
                #expect(lines == (level == .info ? ["fact"] : ["detail", "fact"]))
            }
        }
    }

    @Test func `a library's own logger writes into the history of the job that calls it`() async throws {
        let library = Logger(label: "library") { _ in JobLogHandler(level: .debug) }
        library.info("of no job")
        try await TestEngine.runChores { chore, context in
            library.debug("before \(chore.name)")
            try await context.step("call") { library.info("in the step of \(chore.name)") }
            await withTaskGroup { group in
                group.addTask { library.info("in a child task of \(chore.name)") }
            }
            return "done"
        } test: { bench in
            let names = ["a", "b", "c"]
            let handles = try await bench.engine.enqueue(contentsOf: names.map { Chore(name: $0) })
            for (handle, name) in zip(handles, names) {
                _ = try await handle.result()
                let lines = try await bench.history(of: handle.id).logLines
                #expect(
                    lines.map(\.message)
                        == ["before \(name)", "in the step of \(name)", "in a child task of \(name)"])
                #expect(lines[1].metadata?.text == #"{"step":"call#1"}"#)
            }
        }
    }

    @Test func `the program's own log can say for which job, attempt and step a line is`() async throws {
        let lines = Trace<Logger.Metadata>()
        let own = Logger(label: "own") { _ in
            LineCollector(lines: lines, metadataProvider: .holdfastJob)
        }
        own.info("outside")
        try await TestEngine.runChores { _, context in
            own.info("inside")
            try await context.step("parse") { own.info("within") }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            var expected: Logger.Metadata = ["job": "\(handle.id)", "kind": "test.chore", "attempt": "1"]
            #expect(lines.elements.prefix(2) == [[:], expected])
            expected["step"] = "parse#1"
            #expect(lines.elements.last == expected)
        }
    }

    @Test(arguments: [true, false])
    func `lines go to the engine's logger as well when that is wanted`(isWanted: Bool) async throws {
        let lines = Trace<Logger.Metadata>()
        let logger = Logger(label: "engine") { _ in LineCollector(lines: lines, metadataProvider: nil) }
        try await TestEngine.run(
            logger: logger, configure: { $0.passesJobLogsOn = isWanted },
            register: {
                $0.register(
                    ChoreHandler { _, context in
                        context.logger.notice("seen", metadata: ["mark": "here"])
                        return "done"
                    })
            },
            test: { bench in
                let handle = try await bench.engine.enqueue(Chore())
                _ = try await handle.result()
                let seen = lines.elements.filter { $0["mark"] == "here" }
                #expect(seen.map { $0["job"] } == (isWanted ? ["\(handle.id)"] : []))
                #expect(try await bench.history(of: handle.id).lines == ["seen"])
            })
    }

    @Test func `lines that find no room are counted, and the history says how many were left out`()
        async throws
    {
        let store = HeldStore()
        try await TestEngine.runChores(over: store, configure: { $0.pendingNotes = 10 }) { _, context in
            let logger = context.logger
            logger.info("first")
            try await store.isHeld.wait()
            // The writer is held: of these, 9 find room beside the first one.
            for number in 1...50 { logger.info("\(number)") }
            // What is grave has room of its own.
            for number in 1...15 { logger.error("error \(number)") }
            store.open()
            return "done"
        } test: { bench in
            store.hold(before: .logWritten)
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let lines = try await bench.history(of: handle.id).logLines
            let reports = lines.filter { $0.metadata != nil }
            #expect(reports.map(\.level) == [.warning, .warning])
            #expect(
                reports.map(\.metadata?.text)
                    == [#"{"omitted":41,"info":41}"#, #"{"omitted":6,"error":6}"#])
            var expected = ["first"] + (1...9).map(String.init)
            expected.append("41 log lines were left out here, because too many were on their way")
            expected += (1...9).map { "error \($0)" }
            expected.append("6 log lines were left out here, because too many were on their way")
            #expect(lines.map(\.message) == expected)
        }
    }

    @Test func `a line that is very long is cut at a whole character and says so`() async throws {
        let long = "x" + String(repeating: "é", count: 10_000)
        try await TestEngine.runChores { _, context in
            context.logger.info("\(long)", metadata: ["a": "\(long)", "b": "no room", "c": ["d": "none"]])
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let lines = try await bench.history(of: handle.id).logLines
            let line = try #require(lines.first)
            #expect(line.message == "x" + String(repeating: "é", count: 8191) + "… (3618 bytes left out)")
            let fields = try JSONFields(try #require(line.metadata))
            #expect(try fields.string("a")?.hasSuffix("bytes left out)") == true)
            #expect(try fields.string("left_out") == "metadata above 16384 bytes")
            #expect(fields.raw("b") == nil)
        }
    }

    @Test func `only progress is merged: lines, steps and events of the application all stay`() async throws {
        try await TestEngine.runChores(configure: { $0.progressPerSecond = 1 }) { _, context in
            for number in 1...40 {
                context.progress(number, of: 40)
                context.logger.info("\(number)")
                try await context.emit("tick", number)
                try await context.step("work") {}
            }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let history = try await bench.history(of: handle.id)
            let kinds = Dictionary(grouping: history, by: \.event.kind).mapValues(\.count)
            #expect(kinds[.logWritten] == 40)
            #expect(kinds[.appEmitted] == 40)
            #expect(kinds[.stepStarted] == 40)
            #expect(kinds[.stepCompleted] == 40)
            #expect(
                history.amounts == [.count(done: 1, total: 40), .count(done: 40, total: 40)])
        }
    }
}

extension Sequence<RecordedEvent> {
    /// The lines that were logged, with their levels and metadata.
    var logLines: [LogWritten] {
        jobEvents.compactMap { event in
            guard case .logWritten(let line) = event else { return nil }
            return line
        }
    }
}

/// Gathers the metadata of each line.
private struct LineCollector: LogHandler {
    let lines: Trace<Logger.Metadata>
    var metadataProvider: Logger.MetadataProvider?
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: Logging.LogEvent) {
        lines.add((event.metadata ?? [:]).merging(metadataProvider?.get() ?? [:]) { $1 })
    }
}
