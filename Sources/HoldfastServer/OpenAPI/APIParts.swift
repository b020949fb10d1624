import HoldfastAPI
import HoldfastCore

/// A parameter of an operation.
struct APIParameter {
    enum Place: String {
        case path, query, header
    }

    let place: Place
    let name: String
    let about: String
    /// A JSON Schema.
    let schema: String

    static func path(_ name: String, _ about: String, _ schema: String = ref("Name")) -> APIParameter {
        APIParameter(place: .path, name: name, about: about, schema: schema)
    }

    static func query(_ name: String, _ about: String, _ schema: String) -> APIParameter {
        APIParameter(place: .query, name: name, about: about, schema: schema)
    }

    /// By what the same request is known when it is sent again.
    static let idempotencyKey = APIParameter(
        place: .header, name: "Idempotency-Key",
        about: "Names the request: sent again with the same body, it is answered as before and does nothing.",
        schema: ref("Name"))

    /// The job that is meant.
    static let job = path("id", "The id of a job.", ref("JobID"))

    /// The moment that is meant.
    static let past = query(
        "at", "As it was then: a position, or a time. Without it: as it is.",
        #"{"type":"string","examples":["1042","2026-10-08T14:03:00Z"]}"#)

    /// How many there are on a page.
    static func limit(_ maximum: Int, standard: Int) -> APIParameter {
        query(
            "limit", "How many there may be on the page.",
            #"{"type":"integer","minimum":1,"maximum":\#(maximum),"default":\#(standard)}"#)
    }

    var json: JSONText {
        JSONWriter.object { writer in
            writer.field("name", name)
            writer.field("in", place.rawValue)
            writer.field("description", about)
            if place == .path { writer.field("required", true) }
            writer.field("schema", JSONText(unchecked: schema))
        }
    }
}

/// The body of a request, as JSON where nothing else is said.
struct APIBody {
    let schema: String
    let isRequired: Bool
    var mediaType = "application/json"

    static func required(_ schema: String) -> APIBody { APIBody(schema: ref(schema), isRequired: true) }

    static func optional(_ schema: String) -> APIBody { APIBody(schema: ref(schema), isRequired: false) }

    var json: JSONText {
        JSONWriter.object { writer in
            if isRequired { writer.field("required", true) }
            writer.key("content")
            // Whatever media type is said: the body is read as JSON.
            writer.raw(APIAnswer.content([mediaType: schema]))
        }
    }
}

/// An answer that is no problem.
struct APIAnswer {
    let status: Int
    let about: String
    /// Schemas by media type.
    var content: [String: String] = [:]
    var headers: [String: String] = [:]

    static func json(
        _ schema: String, _ about: String, status: Int = 200, headers: [String: String] = [:]
    ) -> APIAnswer {
        APIAnswer(
            status: status, about: about, content: ["application/json": ref(schema)], headers: headers)
    }

    static func empty(_ status: Int, _ about: String) -> APIAnswer { APIAnswer(status: status, about: about) }

    var json: JSONText {
        JSONWriter.object { writer in
            writer.field("description", about)
            if !headers.isEmpty {
                writer.key("headers")
                writer.object { list in
                    for (name, about) in headers.sorted(by: { $0.key < $1.key }) {
                        list.key(text: name)
                        list.object {
                            $0.field("description", about)
                            $0.field("schema", JSONText(unchecked: #"{"type":"string"}"#))
                        }
                    }
                }
            }
            guard !content.isEmpty else { return }
            writer.key("content")
            writer.raw(APIAnswer.content(content))
        }
    }

    /// The answer of one status to problems of some kinds.
    static func problem(_ kinds: [ProblemKind]) -> JSONText {
        let types = OpenAPIDocument.names(kinds.map { Problem($0, detail: "").type })
        let schema =
            #"{"allOf":[\#(ref("Problem")),{"type":"object","properties":{"type":{"enum":[\#(types)]}}}]}"#
        return JSONWriter.object { writer in
            writer.field("description", kinds.map(\.rawValue).joined(separator: ", "))
            writer.key("content")
            writer.raw(content([Problem.mediaType: schema]))
        }
    }

    static func content(_ schemas: [String: String]) -> JSONText {
        JSONWriter.object { writer in
            for (media, schema) in schemas.sorted(by: { $0.key < $1.key }) {
                writer.key(text: media)
                writer.object { $0.field("schema", JSONText(unchecked: schema)) }
            }
        }
    }
}

/// A reference to a schema of the document.
func ref(_ schema: String) -> String { ##"{"$ref":"#/components/schemas/\##(schema)"}"## }
