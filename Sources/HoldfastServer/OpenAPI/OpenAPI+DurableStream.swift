import HoldfastAPI

// A job's log by the Durable Streams protocol.
extension OpenAPIDocument {
    static let durableStream = APIOperation(
        .get, "readDurableStream",
        "Reads a job's log by the Durable Streams protocol. Parameters that are not listed are passed over.",
        [
            .job,
            .query(
                "offset", "Where to go on: -1, now, or a Stream-Next-Offset. It is needed with live.",
                #"{"type":"string","pattern":"^(-1|now|[0-9]{19})$","default":"-1"}"#),
            .query(
                "live", "Wait for what is still to come: for one page, or on an event stream.",
                #"{"enum":["long-poll","sse"]}"#),
            .query("cursor", "The Stream-Cursor of the answer before.", #"{"type":"string"}"#),
        ],
        answers: [
            APIAnswer(
                status: 200, about: "Events, as an array or as an event stream of data and control blocks.",
                content: [
                    "application/json": #"{"type":"array","items":\#(ref("Event"))}"#,
                    HistoryFormat.sse.mediaType:
                        #"{"type":"string","description":"Blocks named data and control, as the protocol has them."}"#,
                ], headers: headers),
            APIAnswer(status: 204, about: "Nothing came in time, or the job has ended.", headers: headers),
            APIAnswer(status: 304, about: "The client has the page: If-None-Match.", headers: headers),
        ], problems: [.unknownJob, .prunedCursor])

    private static let headers = [
        "Stream-Next-Offset": "The offset with which to go on.",
        "Stream-Up-To-Date": "true when nothing was left to read.",
        "Stream-Closed": "true when nothing was left to read and the job has ended.",
        "Stream-Cursor": "What to send back as cursor.",
        "ETag": "Names the page and the state of its end.",
    ]
}
