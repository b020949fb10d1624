import HTTPTypes
package import Holdfast
package import HoldfastModels
package import HoldfastServer
import Hummingbird

/// All reference applications, mounted beside each other on one engine.
package struct AppCollection: Sendable {
    private let apps: [MountedApp]

    /// Makes the applications.
    ///
    /// - Parameters:
    ///   - engine: Runs the jobs of all of them.
    ///   - models: Whom they ask.
    ///   - folder: Where they keep files; each has a folder of its own in it.
    package init(engine: JobEngine, models: ModelChoice, folder: String) {
        apps = []
    }

    /// Lets the engine run the jobs of all applications.
    package func register() {
        for app in apps { app.register() }
    }

    /// Adds the endpoints of all applications, and the page at `/` that leads to theirs.
    package func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        for app in apps { app.add(&table, holdfast) }
        let index = IndexPage.html(of: apps)
        table.on("", .get, .anyone) { _, _, _ in .page(index) }
    }
}

/// One application as the program knows it.
struct MountedApp: Sendable {
    /// What its page is called in the path, such as `agent`.
    let name: String
    /// What people call it.
    let title: String
    /// What it shows, in one sentence.
    let summary: String
    /// Lets the engine run its jobs.
    let register: @Sendable () -> Void
    /// Adds its endpoints.
    let add: @Sendable (inout RouteTable, HoldfastRoutes) -> Void
}
