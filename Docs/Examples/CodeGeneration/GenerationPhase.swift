/// A part of a project whose files are written and saved together.
struct GenerationPhase: Sendable {
    let number: Int
    let name: String
    let files: [String]

    /// The phases of a service that keeps some entities, in their order: three for each of them, and three around.
    static func all(for entities: [EntityName]) -> [GenerationPhase] {
        var parts: [(name: String, files: [String])] = [
            ("Core Infrastructure", ["app/__init__.py", "app/store.py", "app/web.py"])
        ]
        for entity in entities {
            for (part, file) in zip(["Entity", "Service", "Tests"], files(of: entity)) {
                parts.append(("\(entity) \(part)", [file]))
            }
        }
        parts.append(("Support Files", ["README.md", "Dockerfile", "tests/__init__.py"]))
        parts.append(("Main Application", ["main.py"]))
        return parts.enumerated().map {
            GenerationPhase(number: $0.offset + 1, name: $0.element.name, files: $0.element.files)
        }
    }

    /// The files that are there because of an entity: what it is, what can be done with it, and the tests of that.
    static func files(of entity: EntityName) -> [String] {
        let name = entity.inFiles
        return ["app/entities/\(name)_entity.py", "app/services/\(name)_service.py", "tests/test_\(name).py"]
    }

    /// How far a generation has come when a phase has ended, from 0 to 1.
    ///
    /// - Parameters:
    ///   - number: Which phase, from 1.
    ///   - entities: How many entities there are.
    /// - Returns: The exact number of the contract.
    static func progress(after number: Int, entities: Int) -> Double {
        switch number {
        case 1: 0.2
        // 0.2 + 0.6 k / (3 entities), in whole numbers up to one division, so that it is exact.
        case 2...(1 + 3 * max(entities, 1)) where entities > 0:
            Double(entities + number - 1) / Double(5 * entities)
        case 2 + 3 * entities: 0.85
        default: 0.95
        }
    }
}

/// What is recorded of a phase that has ended.
struct PhaseResult: Codable, Sendable {
    let number: Int
    let name: String
    /// How many files the phase wrote.
    let files: Int
    /// The last of them.
    let lastFile: String
    /// How that one begins.
    let beginning: String
}
