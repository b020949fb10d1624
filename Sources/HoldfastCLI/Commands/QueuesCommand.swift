import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast queues`.
struct QueuesCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues",
        abstract: "List queues: what they allow, who paused them, and how many jobs they have.",
        discussion: """
            A queue is there as soon as a job names it, and allows everything until `holdfast queue set` says \
            otherwise.

            EXAMPLES:
              holdfast queues
              holdfast queues --at 14:03
              holdfast queues --json | jq -r 'select(.paused) | .queue'
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var past: PastOption

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let queues = try await target.work(.reading, in: surroundings) {
            try await $0.queues(at: try past.moment(in: surroundings))
        }
        guard !json.isOn else {
            for queue in queues { try surroundings.output.write(surroundings.json(queue.json.text)) }
            return
        }
        guard !queues.isEmpty else { return try surroundings.output.writeLine("There are no queues yet.") }
        let style = surroundings.outputStyle()
        let table = QueueTable(
            time: surroundings.time, now: surroundings.now, width: style.width)
        for line in table.lines(queues) { try surroundings.output.writeLine(style.render(line)) }
    }
}
