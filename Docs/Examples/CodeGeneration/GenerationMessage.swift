/// One message on the wire; what does not apply is left out.
struct GenerationMessage: Encodable {
    /// How the generation stands.
    enum Status: String, Encodable {
        case processing, completed, failed
    }

    let generationID: String
    var status = Status.processing
    let stage: String
    /// From 0 to 1.
    let progress: Double
    let message: String
    /// Seconds since 1970, with a fraction.
    let timestamp: Double
    var abGroup: String?
    var enhancedFeatures: [String: Bool]?
    var generationMode: GenerationMode?
    /// In milliseconds.
    var estimatedTimeRemaining: Int64?
    var currentFile: String?
    var partialOutput: String?
    var phaseInfo: PhaseReport?
    var error: String?
    var warningType: String?
    var parentFileCount: Int?
    var newFileCount: Int?

    enum CodingKeys: String, CodingKey {
        case generationID = "generation_id"
        case status, stage, progress, message, timestamp
        case abGroup = "ab_group"
        case enhancedFeatures = "enhanced_features"
        case generationMode = "generation_mode"
        case estimatedTimeRemaining = "estimated_time_remaining"
        case currentFile = "current_file"
        case partialOutput = "partial_output"
        case phaseInfo = "phase_info"
        case error
        case warningType = "warning_type"
        case parentFileCount = "parent_file_count"
        case newFileCount = "new_file_count"
    }
}

/// What a message says of the phases: what is ahead when the first begins, and then what each of them did.
enum PhaseReport: Encodable {
    case ahead(phases: Int, entities: Int)
    /// The files are those written so far, of all that will be written.
    case done(phase: Int, name: String, files: Int, of: Int)

    private enum CodingKeys: String, CodingKey {
        case totalPhases = "total_phases"
        case currentPhase = "current_phase"
        case entities = "entities_count"
        case phase, name
        case files = "files_generated"
        case totalFiles = "total_files"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .ahead(let phases, let entities):
            try container.encode(phases, forKey: .totalPhases)
            try container.encode(1, forKey: .currentPhase)
            try container.encode(entities, forKey: .entities)
        case .done(let phase, let name, let files, let total):
            try container.encode(phase, forKey: .phase)
            try container.encode(name, forKey: .name)
            try container.encode(files, forKey: .files)
            try container.encode(total, forKey: .totalFiles)
        }
    }
}
