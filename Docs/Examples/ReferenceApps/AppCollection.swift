import AgentWorkflowExample
import CodeGenerationExample
import HTTPTypes
package import Holdfast
package import HoldfastModels
package import HoldfastServer
import Hummingbird
import PlannerExample
import RecipeBatchExample
import ToolAgentExample

/// All reference applications, mounted beside each other on one engine.
package struct AppCollection: Sendable {
    private let apps: [MountedApp]

    /// Makes the applications.
    ///
    /// - Parameters:
    ///   - engine: Runs the jobs of all of them.
    ///   - models: Whom they ask.
    ///   - folder: Where they keep files; each has a folder of its own in it.
    ///   - fetchHosts: From where the agent may fetch.
    ///   - patience: How long a person has at each checkpoint of a plan.
    ///   - pace: Waits before each word of an offline model, so that people can watch; nil for no wait.
    package init(
        engine: JobEngine, models: ModelChoice, folder: String, fetchHosts: Set<String> = [],
        patience: Duration = .seconds(3600), pace: (@Sendable () async throws -> Void)? = nil
    ) {
        let agent = ToolAgentApp(
            engine: engine, model: models.model(or: ToolAgentApp.offlineModel(pace: pace)),
            folder: folder + "/agent", fetchHosts: fetchHosts)
        let workflows = AgentWorkflowApp(
            engine: engine, model: models.model(or: AgentWorkflowApp.offlineModel(pace: pace)))
        let planner = PlannerApp(
            engine: engine, model: models.model(or: PlannerApp.offlineModel(pace: pace)), patience: patience)
        let recipes = RecipeBatchApp(
            engine: engine, model: models.model(or: RecipeBatchApp.offlineModel(pace: pace)),
            folder: folder + "/recipes")
        let generation = CodeGenerationApp(
            engine: engine, model: models.model(or: CodeGenerationApp.offlineModel(pace: pace)))
        apps = [
            MountedApp(
                name: "recipes", title: "Recipe batch",
                summary: "Writes recipes in chunks, checks their nutrition and draws a picture of each.",
                register: recipes.register, add: recipes.add),
            MountedApp(
                name: "codegen", title: "Code generation",
                summary: "Generates the files of a small service phase by phase, and iterates on them.",
                register: generation.register, add: generation.add),
            MountedApp(
                name: "agent", title: "Tool-using agent",
                summary: "Plans, thinks, and uses tools: files, addresses, arithmetic.",
                register: agent.register, add: agent.add),
            MountedApp(
                name: "workflow", title: "Agent workflow",
                summary: "Lets agents do their parts in turn, and stops when that has cost what it may.",
                register: workflows.register, add: workflows.add),
            MountedApp(
                name: "planner", title: "Planner",
                summary: "Makes a plan in iterations, and stops now and then until a person approves.",
                register: planner.register, add: planner.add),
        ]
    }

    /// Lets the engine run the jobs of all applications.
    package func register() {
        for app in apps { app.register() }
    }

    /// Adds the endpoints of all applications, and the page at `/` that leads to theirs.
    package func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        for app in apps {
            // What one application says of its jobs is not meant for the next.
            (table.idPrefix, table.jobKind) = ("", nil)
            app.add(&table, holdfast)
        }
        (table.idPrefix, table.jobKind) = ("", nil)
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
