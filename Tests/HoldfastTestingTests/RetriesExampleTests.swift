import Foundation
import Holdfast
import HoldfastTesting
import RetriesExample
import Synchronization
import Testing

/// The example of the page *Retries*.
@Suite("The example of retries", .timeLimit(.minutes(1)))
struct RetriesExampleTests {
    @Test func `the service's pause is kept, then the charge is made once`() async throws {
        let clock = ManualClock()
        let cards = ScriptedCards([.failure(.busy(.seconds(42))), .success("receipt 1")])
        try await run(cards, clock) { engine, charge in
            let due = ManualClock.start + .seconds(42)
            try await clock.timer(at: due)
            clock.advance(to: .init(due))
            #expect(try await charge.result() == "receipt 1")
            #expect(try await charge.state().attempt == 2)
        }
        #expect(cards.charges == 2)
    }

    @Test func `an unknown customer and a refused card end the job at the first attempt`() async throws {
        for cards in [ScriptedCards([.failure(.unknownCustomer)]), ScriptedCards([], refusing: true)] {
            try await run(cards, ManualClock()) { _, charge in
                let error = await #expect(throws: JobEnded.self) { try await charge.result() }
                guard case .failed(_, let failure, .discarded) = error?.phase else {
                    Issue.record("the job was not discarded")
                    return
                }
                #expect(failure.step?.name == "charge")
            }
            #expect(cards.charges == 1)
        }
    }

    @Test func `the page shows the code that is compiled here`() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 1...3 { root.deleteLastPathComponent() }
        func read(_ path: String) throws -> String {
            try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        }
        let page = try read("Docs/Holdfast.docc/Retries.md")
        let blocks = page.components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        let code = try read("Docs/Examples/Retries/ChargeHandler.swift").split(separator: "\n")
            .map { $0.replacingOccurrences(of: "public ", with: "") }
        let block = try #require(blocks.first { $0.contains("struct ChargeHandler") })
        for line in block.split(separator: "\n") { #expect(code.contains(String(line)), "\(line)") }
    }

    private func run(
        _ cards: ScriptedCards, _ clock: ManualClock,
        _ test: (JobEngine, JobHandle<Charge>) async throws -> Void
    ) async throws {
        let engine = try JobEngine(InMemoryStore(), environment: .testing(clock: clock))
        engine.register(ChargeHandler(cards: cards))
        let charge = try await engine.enqueue(Charge(customer: "ana", cents: 1200))
        let running = Task { try await engine.run() }
        try await test(engine, charge)
        running.cancel()
        try await running.value
        await engine.close()
    }
}

/// Answers charges from a list.
private final class ScriptedCards: CardService {
    private let answers: Mutex<[Result<String, CardError>]>
    private let count = Mutex(0)
    private let isRefusing: Bool

    init(_ answers: [Result<String, CardError>], refusing: Bool = false) {
        self.answers = Mutex(answers)
        isRefusing = refusing
    }

    var charges: Int { count.withLock { $0 } }

    func card(of customer: String) async throws -> String { "card of \(customer)" }

    func charge(_ card: String, _ cents: Int, idempotencyKey: String) async throws -> String {
        count.withLock { $0 += 1 }
        if isRefusing { throw CardRefused() }
        return try answers.withLock { $0.removeFirst() }.get()
    }
}
