import ClientFiles
import HoldfastAPI
import HoldfastCore

// Who the caller is, tokens for streams, and the clients.
extension OpenAPIDocument {
    static let accessPaths: [APIPath] =
        [
            APIPath(
                "/v1/stream-tokens",
                APIOperation(
                    .post, "issueStreamToken",
                    "Makes a token that opens the streams of one job, or one filter of /v1/stream, and nothing else.",
                    body: .required("StreamTokenBody"),
                    answers: [.json("StreamToken", "The token.", status: 201)], problems: [.unknownJob])),
            APIPath(
                "/v1/session",
                APIOperation(
                    .post, "beginSession",
                    "Gives a browser the cookie of a session; where callers say who they are.",
                    answers: [
                        .json(
                            "Session", "The session.", status: 201, headers: ["Set-Cookie": "The cookie."])
                    ]),
                APIOperation(
                    .get, "showSession", "Tells who the caller is.",
                    answers: [.json("Session", "The caller.")]),
                APIOperation(
                    .delete, "endSession", "Takes the cookie away.", answers: [.empty(204, "It is gone.")])),
        ]
        + ClientFiles.all.map { file in
            APIPath(
                "/v1/clients/\(file.name)",
                APIOperation(
                    .get, "showClient.\(file.name)", "Gives the client \(file.name).",
                    answers: [
                        APIAnswer(
                            status: 200, about: "The file.", content: [file.mediaType: #"{"type":"string"}"#],
                            headers: ["ETag": "Tells this version from others."]),
                        .empty(304, "The client has it: If-None-Match."),
                    ]))
        }
}
