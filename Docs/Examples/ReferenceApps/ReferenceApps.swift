import Foundation
import Holdfast
import HoldfastModels
import HoldfastServer
import Logging
import ServiceLifecycle
import UnixSignals

/// The reference applications, on one engine, one file and one port.
///
/// `DB` is the file of the log, `PORT` where it listens on this machine, 0 for any free one. The model is chosen by the
/// variables that begin with `HOLDFAST_MODEL_`; an offline one waits `PACE` milliseconds before each word. A person has
/// `PATIENCE` seconds at each checkpoint of a plan. Separated by commas, `ORIGINS` are those of other sites whose pages may
/// use the applications, and `FETCH_HOSTS` are where the agent may fetch from.
@main
struct ReferenceApps {
    static func main() async {
        do {
            try await serve(ProcessInfo.processInfo.environment)
        } catch {
            FileHandle.standardError.write(Data("ReferenceApps: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func serve(_ variables: [String: String]) async throws {
        let path = variables["DB"] ?? "holdfast.db"
        func number(_ name: String, or standard: Int) throws -> Int {
            guard let text = variables[name] else { return standard }
            guard let number = Int(text), number >= 0 else { throw UnfitVariable(name: name, text: text) }
            return number
        }
        func list(_ name: String) -> Set<String> {
            Set((variables[name] ?? "").split(separator: ",").map(String.init))
        }
        var configuration = JobServerConfiguration()
        configuration.port = try number("PORT", or: 8080)
        configuration.streams.stallLimit = .seconds(300)
        configuration.access.allowedOrigins = list("ORIGINS")
        let pace = Duration.milliseconds(try number("PACE", or: 40))
        let patience = Duration.seconds(try number("PATIENCE", or: 3600))

        let models = try ModelChoice.fromEnvironment()
        let engine = try JobEngine(SQLiteStore(path: path))
        let apps = AppCollection(
            engine: engine, models: models, folder: path + ".files", fetchHosts: list("FETCH_HOSTS"),
            patience: patience, pace: { try await Task.sleep(for: pace) })
        apps.register()
        let server = try JobServer(
            engine: engine, configuration: configuration,
            endpoints: { holdfast, table in apps.add(to: &table, of: holdfast) },
            onReady: { port in
                let line = "Serving \(path) on http://127.0.0.1:\(port) with the \(models)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
            })
        // Stopped from the last to the first: no requests and streams, then no jobs.
        var services = ServiceGroupConfiguration(
            services: [engine, server], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "apps"))
        services.maximumGracefulShutdownDuration = .seconds(8)
        try await ServiceGroup(configuration: services).run()
        await engine.close()
        await models.close()
    }
}

/// A variable of the environment should be a number and is none.
private struct UnfitVariable: Error, CustomStringConvertible {
    let name: String
    let text: String

    var description: String { "\(name) should be a number, not \"\(text)\"" }
}
