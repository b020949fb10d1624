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
/// variables that begin with `HOLDFAST_MODEL_`. `ORIGINS` are those of other sites whose pages may use the applications,
/// separated by commas.
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
        let port = variables["PORT"] ?? "8080"
        var configuration = JobServerConfiguration()
        configuration.port = try Int(port) ?? { throw UnfitPort(text: port) }()
        configuration.streams.stallLimit = .seconds(300)
        let origins = (variables["ORIGINS"] ?? "").split(separator: ",")
        configuration.access.allowedOrigins = Set(origins.map(String.init))

        let models = try ModelChoice.fromEnvironment()
        let engine = try JobEngine(SQLiteStore(path: path))
        let apps = AppCollection(engine: engine, models: models, folder: path + ".files")
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

/// `PORT` is no number.
private struct UnfitPort: Error, CustomStringConvertible {
    let text: String

    var description: String { "PORT should be a number, not \"\(text)\"" }
}
