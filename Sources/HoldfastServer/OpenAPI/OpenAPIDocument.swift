import HoldfastAPI
import HoldfastCore

/// What `GET /v1/openapi.json` answers: every endpoint with its parameters, bodies, answers and problems, as OpenAPI 3.1.
///
/// A test compares it with the routes and with what they answer, so a new endpoint is not done before it stands here.
enum OpenAPIDocument {
    /// The document of a server that has the endpoints of some paths, such as `v1/jobs/:id`.
    ///
    /// What is beside the API, such as `/healthz`, is always told of.
    static func json(of routes: [String]) -> JSONText {
        let routes = routes.map { $0.split(separator: "/") }
        return json(paths.filter { path in !path.isOfAPI || routes.contains { path.isServed(by: $0) } })
    }

    private static func json(_ paths: [APIPath]) -> JSONText {
        JSONWriter.object(capacity: 96 * 1024) { write(paths, into: &$0) }
    }

    private static func write(_ paths: [APIPath], into writer: inout JSONWriter) {
        writer.field("openapi", "3.1.0")
        writer.key("info")
        writer.object {
            $0.field("title", "Holdfast")
            $0.field("version", "1")
            $0.field("summary", "Durable jobs: enqueue, watch and steer them.")
            $0.field(
                "description",
                "Times are RFC 3339 in UTC with microseconds, positions in the log are decimal digits as text. A field "
                    + "or parameter that is not listed is refused. Every answer of 400 and above is a problem "
                    + "(RFC 9457).")
            $0.key("license")
            $0.object { license in
                license.field("name", "Apache 2.0")
                license.field("identifier", "Apache-2.0")
            }
        }
        writer.key("servers")
        writer.array { $0.object { $0.field("url", "/") } }
        writer.key("paths")
        writer.object { writer in
            for path in paths {
                writer.key(text: path.path)
                writer.raw(path.json)
            }
        }
        writer.key("components")
        writer.object { components in
            components.key("schemas")
            components.object { schemas in
                for (name, schema) in OpenAPIDocument.schemas {
                    schemas.key(text: name)
                    schemas.raw(schema)
                }
            }
        }
    }

    /// All endpoints, topic by topic.
    private static let paths: [APIPath] =
        jobPaths + movingPaths + waitPaths + schedulePaths + queuePaths + bulkPaths + insightPaths
        + auditPaths
        + accessPaths
        + serverPaths

    /// The forms of what is sent and answered, topic by topic.
    private static let schemas: [(name: String, schema: JSONText)] =
        valueSchemas + problemSchemas + jobSchemas + enqueueSchemas + waitSchemas + scheduleSchemas
        + queueSchemas + bulkSchemas + insightSchemas + auditSchemas

    /// A list of names for `enum`, such as those of a type that lists its cases.
    static func names(_ values: [String]) -> String { values.map { "\"\($0)\"" }.joined(separator: ",") }

    /// The raw values of a type that lists its cases, for `enum`.
    static func names<Value: CaseIterable & RawRepresentable<String>>(of type: Value.Type) -> String {
        names(type.allCases.map(\.rawValue))
    }
}
