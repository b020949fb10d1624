import Holdfast

// The names are those on the wire.

/// What `POST /generations` takes.
struct ProjectBody: Decodable {
    /// What the service is for.
    let prompt: String
    /// What it keeps: at most 20, none of them twice.
    let entities: [EntityName]

    private enum CodingKeys: CodingKey {
        case prompt, entities
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        prompt = try container.decode(String.self, forKey: .prompt)
        entities = try container.decode([EntityName].self, forKey: .entities)
        // By their files: `Orderline` and `OrderLine` have different ones, `order` and `Order` the same.
        guard entities.count <= 20, Set(entities.map(\.inFiles)).count == entities.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .entities, in: container,
                debugDescription: "there are at most 20 entities, each given once")
        }
    }
}

/// What `POST /generations/iterate` takes.
struct IterationBody: Decodable {
    let parent_generation_id: String
    let modification_prompt: String
}

/// What both answer.
struct BegunBody: Encodable {
    let generation_id: String
    /// Opens the stream of this generation and nothing else.
    let sse_token: String
}

/// What `GET /generations/:id/files` answers.
struct FileList: Encodable {
    /// One file, as it was saved last.
    struct File: Encodable {
        let path: String
        let bytes: Int64
        let sha256: String

        init(_ record: ArtifactRecord) {
            path = record.name.rawValue
            bytes = record.bytes
            sha256 = record.sha256
        }
    }

    let generation_id: String
    let files: [File]
}
