import HoldfastAPI
import HoldfastCore

// Jobs that go from one log to another.
extension OpenAPIDocument {
    static let movingPaths: [APIPath] = [
        APIPath(
            "/v1/jobs/{id}/export",
            APIOperation(
                .get, "exportJob", "Gives a job with its whole history, to be imported into another log.",
                [
                    .job,
                    .query(
                        "artifacts",
                        "Whether the bytes of its artifacts are in it, which is so unless this is false.",
                        #"{"enum":["","0","1","true","false"]}"#),
                ],
                answers: [APIAnswer(status: 200, about: "The export.", content: [ndjson: lines])],
                problems: [.unknownJob])),
        APIPath(
            "/v1/import",
            APIOperation(
                .post, "importJob",
                "Takes over a job that was exported from another log, all of it or nothing.",
                [
                    .query(
                        "resume", "Let an unfinished job go on here at once, instead of pausing it.",
                        #"{"enum":["","0","1","true","false"]}"#)
                ],
                body: APIBody(schema: lines, isRequired: true, mediaType: ndjson),
                answers: [
                    .json(
                        "JobDocument", "The job.", status: 201, headers: ["Location": "The path of the job."])
                ], problems: [.jobExists, .contentMissing, .invalidExport])),
    ]

    private static let ndjson = HistoryFormat.ndjson.mediaType
    private static let lines =
        #"{"type":"string","description":"The lines of an export, as the documentation of Holdfast describes them."}"#
}
