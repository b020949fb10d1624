import Foundation
import Holdfast
import HoldfastServer
import Hummingbird
import Logging
import OrdersExample
import ServiceLifecycle
import UnixSignals

/// A server of one's own: the jobs of a newsroom, the API of the engine, and a route beside it, in one process.
///
/// `Newsroom DATABASE PORT`; the port 0 is any free one.
@main
struct Newsroom {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let path = arguments.first, let port = arguments.last.flatMap(Int.init)
        else { return print("usage: Newsroom DATABASE PORT") }

        let engine = try JobEngine(SQLiteStore(path: path))
        engine.register(IssueHandler())
        engine.register(ArticleHandler(), concurrency: 4)
        engine.register(SendReceiptHandler(), concurrency: 64)

        // The engine's endpoints go on any router, beside others, which may write jobs in transactions of their own.
        let router = Router()
        router.add(middleware: HostGuard())
        let holdfast = HoldfastRoutes(engine: engine)
        holdfast.add(to: router)
        holdfast.addHealth(to: router)
        holdfast.addEndpoints(to: router) { IssueView.add(to: &$0, of: holdfast) }
        let counter = Counter(desk: try OrderDesk(path: path, engine: engine))
        router.post("orders") { request, _ in
            let customer = String(buffer: try await request.body.collect(upTo: 1_000))
            return try await counter.take(customer: customer)
        }

        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: {
                let line = "Serving \(path) on http://127.0.0.1:\($0.localAddress?.port ?? port)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
            })
        // Stopped from the last to the first: no requests, then no streams, then no jobs.
        var services = ServiceGroupConfiguration(
            services: [engine, holdfast, application], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "newsroom"))
        services.maximumGracefulShutdownDuration = .seconds(4)
        try await ServiceGroup(configuration: services).run()
        await engine.close()
    }
}

/// Takes orders, one at a time.
private actor Counter {
    private let desk: OrderDesk

    init(desk: sending OrderDesk) { self.desk = desk }

    /// Takes an order, and tells its number and the job of its receipt.
    func take(customer: String) throws -> String {
        let (number, receipt) = try desk.take(customer: customer)
        return "\(number) \(receipt.id)\n"
    }
}
