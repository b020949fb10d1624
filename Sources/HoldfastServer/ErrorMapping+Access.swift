import HTTPTypes
import HoldfastAPI
import HoldfastCore
import Hummingbird

extension ErrorMapping {
    /// The answer to a request that was not let in.
    static func answer(toAccess fault: AccessFault) -> ProblemAnswer {
        switch fault {
        case .noCredential:
            ProblemAnswer(
                Problem(
                    .unauthenticated,
                    detail: "say who you are: send \"Authorization: Bearer\" with an API key or a token"),
                headers: [.wwwAuthenticate: #"Bearer realm="holdfast""#])
        case .invalidCredential(let reason):
            ProblemAnswer(
                Problem(.unauthenticated, detail: reason),
                headers: [.wwwAuthenticate: #"Bearer realm="holdfast", error="invalid_token""#])
        case .forbidden(let reason): ProblemAnswer(Problem(.forbidden, detail: reason))
        case .tooManyRequests(let wait):
            ProblemAnswer(
                Problem(.tooMany, detail: "you send requests faster than is allowed here"),
                retryAfter: max(1, Int((wait.microsecondsRoundedUp + 999_999) / 1_000_000)))
        case .tooManyStreams(let limit, let counted):
            ProblemAnswer(
                Problem(
                    .tooMany,
                    detail: "\(limit) streams are open for this \(counted.rawValue), and no more are allowed",
                    extras: [ProblemExtra("limit", limit)]),
                retryAfter: 10)
        case .headTooLarge(let limit):
            ProblemAnswer(
                Problem(
                    .tooLarge, status: 431, detail: "the fields of the head have more than \(limit) bytes",
                    extras: [ProblemExtra("limit", limit)]))
        case .queryTooLong(let limit):
            ProblemAnswer(
                Problem(
                    .tooLarge, status: 414, detail: "the query has more than \(limit) bytes",
                    extras: [ProblemExtra("limit", limit)]))
        }
    }
}
