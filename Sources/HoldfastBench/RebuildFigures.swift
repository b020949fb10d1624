import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// What rebuilding costs beside a server with work to do, and what it costs the server.
enum RebuildFigures {
    static func run(_ context: BenchContext, _ log: String) async throws {
        let path = try context.copy(of: log)
        let (quiet, _) = try await ServerAtWork.run(at: path) { _, _ in
            try await ContinuousClock().sleep(for: .seconds(context.seconds))
        }
        let (busy, rate) = try await ServerAtWork.run(at: path) { engine, _ in
            let events = try await engine.log.read { try $0.head().position.value }
            return Double(events) / (try await ProductProcess.runLong(["rebuild", "--db", path]).seconds)
        }
        context.report.line(
            "rebuild, beside a server at work",
            String(format: "%.0f events/s (aim > 100000%@)", rate, rate > 100_000 ? "" : " !"))
        context.report.line("", "the server meanwhile: \(busy.text)")
        context.report.line("", "the server alone:     \(quiet.text)")
    }
}
