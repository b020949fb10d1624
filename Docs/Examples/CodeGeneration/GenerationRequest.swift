import HoldfastModels

/// What the model is asked: for the entities after a change, or for the text of one file.
struct GenerationRequest: Sendable {
    var entities: [EntityName]
    var mode: GenerationMode
    /// What the service is for, or what is to change.
    var project: String
    /// The file that is asked for; nil to ask for the entities.
    var file: String?
    /// The file as it is now; nil where there is none.
    var known: String?

    private static let system = """
        You write small HTTP services in Python 3 without dependencies beyond its standard library. \
        Answer with what is asked for and nothing else: no explanation, no Markdown around it.
        """

    /// The request for a model, with a seed that follows from it.
    func asked(as form: ModelRequest.Form) -> ModelRequest {
        var lines = [
            "Project: " + project.split(whereSeparator: \.isNewline).joined(separator: " "),
            "Entities: " + entities.map(\.description).joined(separator: ", "),
            "Features: " + (mode == .enhanced ? "input validation, pagination" : "none"),
        ]
        if let file {
            lines.append("File: \(file)")
            lines.append("Write this file of the service.")
            if let known { lines.append("As it is now:\n\(known)") }
        } else {
            lines.append("Which entities does it have after that change?")
            lines.append(#"Answer with JSON such as {"entities": ["User"]}."#)
        }
        return ModelRequest(
            lines.joined(separator: "\n"), system: GenerationRequest.system, seed: 1, form: form)
    }

    /// Reads a request that was made by `asked(as:)`, as the offline model does.
    init(reading request: ModelRequest) {
        let lines = request.prompt.split(separator: "\n")
        func value(_ name: String) -> String? {
            lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
        }
        project = value("Project") ?? ""
        entities = (value("Entities") ?? "").split(separator: ", ").compactMap { EntityName(String($0)) }
        mode = value("Features") == "none" ? .classic : .enhanced
        file = value("File")
    }

    /// Asks for the entities after a change, or for one file.
    init(
        entities: [EntityName], mode: GenerationMode, project: String, file: String? = nil,
        known: String? = nil
    ) {
        self.entities = entities
        self.mode = mode
        self.project = project
        self.file = file
        self.known = known
    }
}

/// What the model answers when it is asked for the entities.
struct PlanAnswer: Codable, Sendable {
    let entities: [EntityName]
}
