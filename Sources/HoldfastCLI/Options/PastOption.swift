import ArgumentParser
import HoldfastCore

/// Says as of which moment something is shown.
struct PastOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "As it was then: a position, a time as RFC 3339, or HH:MM[:SS] of today.", valueName: "moment"))
    var at: String?

    /// The moment; nil for now.
    ///
    /// - Throws: `CommandFailure` when it is none.
    func moment(in surroundings: CommandSurroundings) throws -> LogMoment? {
        guard let at else { return nil }
        if let moment = LogMoment(at) { return moment }
        let clock = at.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        let limits = [24, 60, 60]
        guard (2...3).contains(clock.count), zip(clock, limits).allSatisfy({ (0..<$1).contains($0 ?? -1) }),
            let time = surroundings.time.today(
                clock[0] ?? 0, clock[1] ?? 0, clock.count > 2 ? clock[2] ?? 0 : 0,
                now: surroundings.now.microseconds)
        else {
            throw CommandFailure(
                .usage,
                "--at \(at) is no moment: give a position such as 1042, a time such as 2026-10-08T14:03:00Z, or 14:03 of today"
            )
        }
        return .time(Timestamp(microseconds: time))
    }
}
