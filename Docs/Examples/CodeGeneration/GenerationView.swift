import Holdfast
import HoldfastServer

/// Shows a generation as messages without names, as clients with `onmessage` take them.
struct GenerationView: EventStreamView {
    /// What is known of a generation from its log.
    struct State: Sendable {
        var mode = GenerationMode.classic
        var entities: [EntityName] = []
        var isBegun = false
        var progress = 0.0
        var finishedPhases = 0
        var writtenFiles = 0
        /// How long the steps of the phases took, in microseconds.
        var workTime: Int64 = 0
    }

    let name = "generation"
    var initialState: State { State() }
    var isNamed: Bool { false }
    var quiet: ViewQuiet { ViewQuiet(limit: .seconds(300)) }

    func events(of event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        switch event.event {
        case .enqueued: try [begin(event, &state)]
        case .started: try start(event, &state)
        case .stepCompleted(let step): try messages(of: step, event, &state)
        case .completed: try [complete(event, &state)]
        case .failed(let failure): try [fail(failure.failure.message, event, &state)]
        case .cancelled: try [fail("cancelled", event, &state)]
        default: []
        }
    }

    /// A message of the moment of an event.
    private func message(
        _ event: ViewedEvent, _ stage: String, _ progress: Double, _ text: String, _ state: inout State,
        _ add: (inout GenerationMessage) -> Void = { _ in }
    ) throws -> ViewEvent {
        state.progress = progress
        var message = GenerationMessage(
            generationID: event.record.job?.description ?? "", stage: stage, progress: progress,
            message: text, timestamp: Double(event.at.microseconds) / 1_000_000)
        add(&message)
        return try ViewEvent("message", message)
    }

    private func begin(_ event: ViewedEvent, _ state: inout State) throws -> ViewEvent {
        let generation = try event.value(as: Generation.self)
        (state.mode, state.entities) = (generation.mode, generation.entities)
        let text = generation.parent == nil ? "A new project" : "Another version of a project"
        return try message(event, "initializing", 0.02, text, &state) { message in
            message.abGroup = generation.mode.group
            message.generationMode = generation.mode
            message.enhancedFeatures = generation.mode.features
        }
    }

    /// The first start only: after a crash the work goes on where it was, and so do the messages.
    private func start(_ event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        guard !state.isBegun else { return [] }
        state.isBegun = true
        let mode = state.mode
        return [
            try message(event, "code_generation", 0.04, "The work begins", &state) {
                $0.generationMode = mode
            }
        ]
    }

    private func messages(
        of step: StepCompleted, _ event: ViewedEvent, _ state: inout State
    ) throws -> [ViewEvent] {
        switch step.step.name {
        case "plan":
            let entities = try event.value(as: [EntityName].self)
            state.entities = entities
            let phases = GenerationPhase.all(for: entities).count
            return [
                try message(
                    event, "phased_generation_started", 0.05, "\(phases) phases to come", &state
                ) { $0.phaseInfo = .ahead(phases: phases, entities: entities.count) }
            ]
        case "write":
            state.workTime += step.duration
            return []
        case "phase":
            state.workTime += step.duration
            return [try finish(try event.value(as: PhaseResult.self), event, &state)]
        case "collect": return try collect(try event.value(as: FileCount.self), event, &state)
        case "assess":
            let project = try event.value(as: GeneratedProject.self)
            let text = "\(project.files) files with \(project.lines) lines and \(project.bytes) bytes"
            return [try message(event, "quality_assessment", 0.99, text, &state)]
        default: return []
        }
    }

    private func finish(
        _ result: PhaseResult, _ event: ViewedEvent, _ state: inout State
    ) throws -> ViewEvent {
        state.finishedPhases += 1
        state.writtenFiles += result.files
        let phases = GenerationPhase.all(for: state.entities)
        let files = phases.map(\.files.count).reduce(0, +)
        let written = state.writtenFiles
        // The mean of the phases so far, for each that is left.
        let left = Int64(phases.count - state.finishedPhases)
        let remaining = state.workTime * left / Int64(state.finishedPhases) / 1000
        let progress = GenerationPhase.progress(after: result.number, entities: state.entities.count)
        return try message(
            event, "phase_\(result.number)_complete", progress, "\(result.name) is done", &state
        ) { message in
            message.phaseInfo = .done(phase: result.number, name: result.name, files: written, of: files)
            message.currentFile = result.lastFile
            message.partialOutput = result.beginning
            message.estimatedTimeRemaining = remaining
        }
    }

    private func collect(_ count: FileCount, _ event: ViewedEvent, _ state: inout State) throws -> [ViewEvent]
    {
        var messages = [
            try message(event, "file_management", 0.97, "\(count.new) files are saved", &state) { message in
                message.newFileCount = count.new
                message.parentFileCount = count.parent
            }
        ]
        if let parent = count.parent, count.new < parent {
            let text = "The parent has \(parent) files, and this generation only \(count.new)"
            messages.append(
                try message(event, "validation", 0.97, text, &state) { message in
                    message.warningType = "data_loss_detection"
                    message.parentFileCount = parent
                    message.newFileCount = count.new
                })
        }
        return messages
    }

    private func complete(_ event: ViewedEvent, _ state: inout State) throws -> ViewEvent {
        try message(event, "completed", 1, "The project is complete", &state) { $0.status = .completed }
    }

    private func fail(_ error: String, _ event: ViewedEvent, _ state: inout State) throws -> ViewEvent {
        try message(event, "error", 0, "The generation ended early", &state) { message in
            message.status = .failed
            message.error = error
        }
    }
}
