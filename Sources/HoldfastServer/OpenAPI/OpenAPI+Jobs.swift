import HoldfastAPI
import HoldfastCore

// Jobs: enqueue, look at, watch and steer them.
extension OpenAPIDocument {
    static let jobPaths: [APIPath] =
        [
            APIPath("/v1/jobs", enqueue, listJobs),
            APIPath(
                "/v1/jobs/{id}",
                APIOperation(
                    .get, "showJob",
                    "Shows a job as it is or was, with its input and, when it completed, its output.",
                    [.job, .past], answers: [.json("JobDocument", "The job.")],
                    problems: [.unknownJob, .invalidParameter])),
            APIPath(
                "/v1/jobs/{id}/sheet",
                APIOperation(
                    .get, "showSheet",
                    "Shows all that is known about a job at one position, with large values in full.",
                    [
                        .job, .past,
                        .query(
                            "logs", "How many of the newest logged lines.",
                            #"{"type":"integer","minimum":0,"maximum":1000,"default":50}"#),
                    ], answers: [.json("JobSheet", "The job.")],
                    problems: [.unknownJob, .invalidParameter])),
            APIPath("/v1/jobs/{id}/events", history),
            APIPath("/v1/jobs/{id}/stream", stream),
            APIPath("/v1/jobs/{id}/durable-stream", durableStream),
            APIPath("/v1/stream", log),
            APIPath(
                "/v1/jobs/{id}/payloads/{sha256}",
                APIOperation(
                    .get, "showPayload", "Gives a large value that an event of the job refers to.",
                    [.job, .path("sha256", "Its digest, as the reference has it.", ref("SHA256"))],
                    answers: [.json("AnyValue", "The value.")], problems: [.unknownJob, .unknownPayload])),
        ] + steerPaths + artifactPaths

    private static let enqueue = APIOperation(
        .post, "enqueueJob", "Enqueues a job.", [.idempotencyKey], body: .required("EnqueueBody"),
        answers: [
            .json("JobDocument", "The job that keeps the key, or that the same request got before."),
            .json(
                "JobDocument", "The new job.", status: 201, headers: ["Location": "The path of the job."]),
        ], problems: [.unknownKind, .duplicate])

    private static let listJobs = APIOperation(
        .get, "listJobs", "Lists jobs, the newest first.",
        [
            .query(
                "state", "Only those in these states; several with commas between, or given again.",
                #"{"type":"array","items":\#(ref("JobStateName"))}"#),
            .query("kind", "Only those of this kind.", ref("Name")),
            .query("queue", "Only those of this queue.", ref("Name")),
            .query("tag", "Only those with this tag.", ref("Name")),
            .query("owner", "Only those of this owner; me is the caller.", ref("Name")),
            .query(
                "id", "Only those whose id begins or ends with these digits; hyphens do not count.",
                #"{"type":"string","pattern":"^[0-9a-fA-F-]{6,36}$"}"#),
            .query(
                "text",
                "Only those with this text in their id, kind, key or tags, in upper or lower case. 20,000 are looked at for "
                    + "a page, which may then have fewer jobs than its limit though it has a next.",
                #"{"type":"string","minLength":1,"maxLength":\#(JobText.longest)}"#),
            .query("since", "Only those enqueued then or later.", ref("Moment")),
            .query("until", "Only those enqueued before.", ref("Moment")),
            .limit(200, standard: 50),
            .query("before", "The next of the page before.", ref("JobID")), .past,
        ], answers: [.json("JobPage", "A page.")])

    /// Where a history or a stream begins.
    private static let start: [APIParameter] = [
        APIParameter(
            place: .header, name: "Last-Event-ID",
            about: "The cursor: the last id that was seen. It wins over the query.", schema: ref("Position")),
        .query("last_event_id", "The cursor.", ref("Position")),
        .query("lastEventId", "The cursor.", ref("Position")),
        .query(
            "from", "Where to begin without a cursor: start, now, or last:N with N up to 1000.",
            #"{"type":"string","pattern":"^(start|now|last:[0-9]+)$"}"#),
        .query("log", "The identity of the log that the cursor is of.", #"{"type":"string"}"#),
    ]

    private static let eventStream =
        #"{"type":"string","description":"Blocks of the HTML standard; data of stored events is an Event."}"#

    /// In which form events are sent, and how many.
    private static let forms: [APIParameter] = [
        .query("after", "The next of the page before.", ref("Position")),
        .query(
            "limit", "How many events there may be; 256 on a page, and no bound for lines.",
            #"{"type":"integer","minimum":1}"#),
        .query(
            "format", "The form; without it the header Accept decides.",
            #"{"enum":[\#(names(of: HistoryFormat.self))]}"#),
        .query("follow", "Go on live, for lines.", #"{"enum":["","0","1","true","false"]}"#),
        .query(
            "wait", "Let a page that would be empty wait so many seconds for an event.",
            #"{"type":"integer","minimum":0,"maximum":60}"#),
    ]

    private static func events(
        _ id: String, _ summary: String, _ parameters: [APIParameter], problems: [ProblemKind]
    ) -> APIOperation {
        APIOperation(
            .get, id, summary, parameters,
            answers: [
                APIAnswer(
                    status: 200, about: "The history.",
                    content: [
                        "application/json": ref("HistoryPage"),
                        HistoryFormat.ndjson.mediaType:
                            #"{"type":"string","description":"An Event on each line."}"#,
                        HistoryFormat.sse.mediaType: eventStream,
                    ]),
                .empty(204, "The reader of the event stream has seen the end."),
            ], problems: problems + [.invalidCursor, .foreignCursor, .prunedCursor])

    }

    private static let history = events(
        "showHistory", "Gives the history of a job: a page, lines, or an event stream.",
        [.job] + start + forms,
        problems: [.unknownJob])

    private static let log = events(
        "streamLog", "Gives the events of many jobs by one cursor: an event stream, lines, or a page.",
        start + forms
            + StreamTokenBody.filterNames.map {
                .query($0, "Only events of these; several with commas between.", #"{"type":"string"}"#)
            }, problems: [])

    private static let stream = APIOperation(
        .get, "streamJob", "Watches a job: a snapshot, then the tail, until the end of the job.",
        [.job] + start,
        answers: [
            APIAnswer(
                status: 200, about: "The stream.", content: [HistoryFormat.sse.mediaType: eventStream]),
            .empty(204, "The reader has seen the end."),
        ], problems: [.unknownJob, .invalidCursor])

    private static let artifactPaths = [
        APIPath(
            "/v1/jobs/{id}/artifacts",
            APIOperation(
                .get, "listArtifacts", "Lists the files that a job keeps, by name.",
                [
                    .job, .query("after", "The next of the page before.", ref("Name")),
                    .limit(1000, standard: 256),
                ], answers: [.json("ArtifactPage", "A page.")], problems: [.unknownJob])),
        APIPath(
            "/v1/jobs/{id}/artifacts/{name}",
            APIOperation(
                .get, "showArtifact", "Gives the bytes of a file, all or the part that Range asks for.",
                [.job, .path("name", "Its name, in which a slash stands for itself.")],
                answers: [
                    artifact(200, "All bytes."), artifact(206, "The part."),
                    .empty(304, "The client has them: If-None-Match."),
                ], problems: [.unknownJob, .unknownArtifact, .rangeOutside, .invalidParameter])),
    ]

    private static func artifact(_ status: Int, _ about: String) -> APIAnswer {
        APIAnswer(
            status: status, about: about, content: ["*/*": #"{"type":"string","format":"binary"}"#],
            headers: ["ETag": "The SHA-256 of the bytes, in quotes."])
    }
}
