import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing
import WaitingExample

/// The examples of the page "Waiting", run as they stand.
@Suite("Waiting examples", .timeLimit(.minutes(1)))
struct WaitingTests {
    @Test func `a ledger is posted once a person approved it, without a worker in between`() async throws {
        try await JobBench.run(ImportLedgerHandler()) { bench in
            let handle = try await bench.engine.enqueue(ImportLedger(amounts: [5, 7]))
            try await bench.advance(by: .seconds(1))
            #expect(try await bench.engine.log.read { try $0.leases() }.isEmpty)
            try await Operator(bench.engine, person: "ana").approve(handle.id)
            #expect(try await handle.result() == "posted 12, approved by ana")
        }
    }

    @Test func `a payment that comes before the job waits is kept, told twice or not`() async throws {
        try await JobBench.run(InvoiceHandler()) { bench in
            let handle = try await bench.engine.enqueue(Invoice(number: 7))
            let bank = Operator(bench.engine, person: "bank")
            for _ in 1...2 { try await bank.tellPayment(handle.id, request: "bank-2217") }
            try await bench.runUntilIdle()
            try await bench.advance(by: .seconds(1))
            try await bench.advance(by: .seconds(86_400))
            #expect(try await handle.result() == "paid 120")
            let received = try await bench.engine.log.read {
                try $0.events(EventQuery(job: handle.id, kinds: [.signalReceived], limit: 10)).events
            }
            #expect(received.count == 1)
        }
    }

    @Test func `an invoice that nobody pays in two weeks is unpaid`() async throws {
        try await JobBench.run(InvoiceHandler()) { bench in
            let handle = try await bench.engine.enqueue(Invoice(number: 7))
            try await bench.advance(by: .seconds(1))
            try await bench.advance(by: .seconds(14 * 86_400))
            #expect(try await handle.result() == "unpaid")
        }
    }

    @Test func `an album is the results of its children, in the order of the photos`() async throws {
        try await JobBench.run(AlbumHandler(), ThumbnailHandler(), concurrency: 2) { bench in
            let handle = try await bench.engine.enqueue(Album(photos: [300, 100, 200]))
            #expect(try await handle.result() == [3, 1, 2])
        }
    }
}
