import Holdfast
import HoldfastModels

/// What the offline model knows: a template for each file, and which words add and remove entities.
enum OfflineGeneration {
    /// Writes the answer to a request of this application.
    static let script: OfflineModel.Script = { request, _ in
        let asked = GenerationRequest(reading: request)
        guard let file = asked.file else {
            let names = entities(after: asked.project, from: asked.entities).map { #""\#($0)""# }
            return #"{"entities": ["# + names.joined(separator: ", ") + "]}"
        }
        return text(of: file, asked)
    }

    /// Understands changes such as "Add Invoice and remove Order": words with a capital behind a word that adds or removes.
    private static func entities(after change: String, from known: [EntityName]) -> [EntityName] {
        var entities = known
        var adds: Bool?
        for word in change.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            switch word.lowercased() {
            case "add", "with", "plus": adds = true
            case "remove", "drop", "delete", "without": adds = false
            default:
                guard let adds, word.first?.isUppercase == true, let name = EntityName(String(word)) else {
                    continue
                }
                entities.removeAll { $0 == name }
                if adds { entities.append(name) }
            }
        }
        return entities
    }

    private static func text(of file: String, _ asked: GenerationRequest) -> String {
        let isEnhanced = asked.mode == .enhanced
        let mark = "# Written from a template by the offline model: no language model was asked.\n"
        for entity in asked.entities {
            let files = GenerationPhase.files(of: entity)
            if file == files[0] { return mark + PythonTemplates.entity(entity) }
            if file == files[1] { return mark + PythonTemplates.service(entity, isEnhanced: isEnhanced) }
            if file == files[2] { return mark + PythonTemplates.tests(entity, isEnhanced: isEnhanced) }
        }
        switch file {
        case "app/store.py": return mark + PythonTemplates.store
        case "app/web.py": return mark + PythonTemplates.web(isEnhanced: isEnhanced)
        case "main.py": return mark + PythonTemplates.main(asked.entities)
        case "Dockerfile": return mark + PythonTemplates.container
        case "README.md":
            return PythonTemplates.readme(asked.entities, project: asked.project)
        default: return mark
        }
    }
}
