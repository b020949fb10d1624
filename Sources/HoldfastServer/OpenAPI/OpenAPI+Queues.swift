import HoldfastAPI
import HoldfastCore

// Queues and operations on many jobs.
extension OpenAPIDocument {
    private static let queue = APIParameter.path("name", "The name of a queue.")

    static let queuePaths: [APIPath] =
        [
            APIPath(
                "/v1/queues",
                APIOperation(
                    .get, "listQueues", "Lists queues: what they allow, who paused them, and their jobs.",
                    [.past],
                    answers: [.json("QueueList", "The queues, by name.")], problems: [.invalidParameter])),
            APIPath(
                "/v1/queues/{name}",
                APIOperation(
                    .get, "showQueue", "Shows a queue; one that nobody used allows everything.",
                    [queue, .past],
                    answers: [.json("Queue", "The queue.")], problems: [.invalidParameter]),
                APIOperation(
                    .put, "configureQueue", "Replaces what a queue allows.", [queue],
                    body: .required("QueueLimits"), answers: [.json("Queue", "The queue as it is then.")],
                    problems: [.invalidParameter]),
                APIOperation(
                    .patch, "changeQueue", "Changes some of what a queue allows; null takes a limit away.",
                    [queue], body: .required("QueueChange"),
                    answers: [.json("Queue", "The queue as it is then.")], problems: [.invalidParameter])),
        ]
        + QueueVerb.allCases.map { verb in
            APIPath(
                "/v1/queues/{name}/\(verb.rawValue)",
                APIOperation(
                    .post, "\(verb.rawValue)Queue",
                    verb == .pause ? "Lets a queue start no jobs." : "Lets a paused queue start jobs.",
                    [queue], body: .optional("ReasonBody"),
                    answers: [.json("Queue", "The queue as it is then.")], problems: [.invalidParameter]))
        }

    static let bulkPaths: [APIPath] = [
        APIPath(
            "/v1/bulk",
            APIOperation(
                .post, "startBulk", "Gives a command to each of many jobs.", [.idempotencyKey],
                body: .required("BulkBody"),
                answers: [
                    .json("BulkCount", "How many jobs a dry run met."),
                    .json(
                        "BulkOperation", "The operation, which goes on by itself.", status: 202,
                        headers: ["Location": "The path of the operation."]),
                ]),
            APIOperation(
                .get, "listBulk", "Lists the newest operations.", [.limit(200, standard: 50)],
                answers: [.json("BulkList", "The operations.")])),
        APIPath(
            "/v1/bulk/{id}",
            APIOperation(
                .get, "showBulk", "Shows how far an operation is.",
                [.path("id", "The id of an operation.")], answers: [.json("BulkOperation", "The operation.")],
                problems: [.unknownBulk, .invalidParameter])),
    ]

    static let serverPaths: [APIPath] = [
        APIPath(
            "/v1/openapi.json",
            APIOperation(
                .get, "showDocument", "Gives this document.",
                answers: [.json("AnyValue", "OpenAPI 3.1.")], problems: [.invalidParameter])),
        APIPath(
            "/v1/head",
            APIOperation(
                .get, "showHead",
                "Tells where the log ends: a position and a hash that stands for all before it.",
                answers: [.json("LogHead", "The end of this moment.")], problems: [.invalidParameter])),
        APIPath(
            "/v1/stats",
            APIOperation(
                .get, "showStats", "Tells how much there is or was of what, and who watches now.", [.past],
                answers: [.json("Stats", "The numbers of this moment.")], problems: [.invalidParameter])),
        APIPath(
            "/healthz",
            APIOperation(
                .get, "showHealth", "Answers while the process lives.",
                answers: [.json("Health", "It lives.")])),
        APIPath(
            "/readyz",
            APIOperation(
                .get, "showReadiness", "Answers while jobs are claimed and streams can be opened.",
                answers: [.json("Health", "It is ready.")])),
        APIPath(
            "/metrics",
            APIOperation(
                .get, "showMetrics", "Gives what is measured, for Prometheus; where the server was given it.",
                answers: [
                    APIAnswer(
                        status: 200, about: "The text format, version 0.0.4.",
                        content: [PrometheusMetrics.mediaType: #"{"type":"string"}"#])
                ])),
    ]
}
