import HoldfastAPI
import HoldfastCore

// Why jobs are where they are, how they differ, and who decided what.
extension OpenAPIDocument {
    static let insightPaths: [APIPath] = [
        APIPath(
            "/v1/jobs/{id}/why",
            APIOperation(
                .get, "showStanding",
                "Tells why a job is where it is: how it ended, what it does, or what keeps it from running.",
                [.job], answers: [.json("Standing", "The reasons, the most decisive first.")],
                problems: [.unknownJob, .invalidParameter]))
    ]
}
