import HoldfastAPI
import HoldfastCore

// Checkpoints: what waits for a person.
extension OpenAPIDocument {
    static let waitPaths: [APIPath] = [
        APIPath(
            "/v1/checkpoints",
            APIOperation(
                .get, "listCheckpoints",
                "Lists what waits or waited for a person, over all jobs, the oldest first.",
                [
                    .limit(200, standard: 50),
                    .query("after", "The next of the page before.", ref("Position")), .past,
                ], answers: [.json("InboxPage", "A page.")], problems: [.invalidParameter])),
        APIPath(
            "/v1/jobs/{id}/checkpoints",
            APIOperation(
                .get, "showCheckpoints", "Lists all checkpoints of a job, whatever became of them.", [.job],
                answers: [.json("CheckpointList", "The checkpoints.")],
                problems: [.unknownJob, .invalidParameter])),
        APIPath("/v1/jobs/{id}/checkpoints/{name}", decide("decideCheckpoint", [])),
        APIPath(
            "/v1/jobs/{id}/checkpoints/{name}/{occurrence}",
            decide(
                "decideCheckpointOccurrence",
                [
                    .path(
                        "occurrence", "Which of that name, from 1; without it the newest.",
                        #"{"type":"integer","minimum":1}"#)
                ])),
    ]

    private static func decide(_ id: String, _ further: [APIParameter]) -> APIOperation {
        APIOperation(
            .post, id, "Decides a checkpoint; the first decision counts.",
            [.job, .path("name", "Its name.")] + further, body: .required("DecisionBody"),
            answers: [.json("Decision", "The decision that counts, which is equal to the one sent.")],
            problems: [.unknownJob, .jobEnded, .notPossible, .unknownCheckpoint, .decided, .invalidParameter])
    }
}
