import Foundation
import Testing

@testable import HoldfastCLI

@Suite("The page of an incident", .timeLimit(.minutes(1)))
struct IncidentPageTests {
    /// After a change on purpose run the tests with `HOLDFAST_RECORD=1`, and read the difference.
    @Test func `each command of the page prints what the page says`() async throws {
        let page = try WalkedPage("Incident")
        let desk = try CommandDesk()
        let night = IncidentNight(desk: desk)
        var printed: [String] = []
        try await night.play {
            for exchange in page.exchanges {
                let outcome = try await desk.run(exchange.command, columns: 100, person: "eve")
                let line = exchange.command.joined(separator: " ")
                #expect(outcome.errors.isEmpty, "\(line): \(outcome.errors)")
                #expect(exchange.fits(outcome.output), "\(line):\n\(outcome.output)")
                printed.append(outcome.output)
                try await night.follow(exchange.command, outcome.output)
            }
        }
        if ProcessInfo.processInfo.environment["HOLDFAST_RECORD"] == "1" { try page.record(printed) }
    }

    @Test func `the page uses each command that such a night needs`() throws {
        let used = Set(try WalkedPage("Incident").exchanges.compactMap(\.command.first))
        #expect(
            used.isSuperset(of: [
                "jobs", "stats", "queues", "why", "show", "history", "logs", "diff", "actors", "checkpoints",
                "verify", "fork", "doctor",
            ]))
    }
}
