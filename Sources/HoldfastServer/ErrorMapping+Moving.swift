import HoldfastAPI
import HoldfastCore
import HoldfastStore

extension ErrorMapping {
    /// The answer to an export that is not taken over.
    static func problem(for rejection: MovingRejection) -> Problem {
        let detail = rejection.description
        return switch rejection {
        case .jobExists(let job):
            Problem(.jobExists, detail: detail, extras: [ProblemExtra("job", job.description)])
        case .contentMissing(let sha256):
            Problem(.contentMissing, detail: detail, extras: [ProblemExtra("sha256", sha256)])
        case .contentChanged, .targetExists, .targetIsBeingMade, .targetInUse:
            Problem(.refused, detail: detail)
        }
    }
}
