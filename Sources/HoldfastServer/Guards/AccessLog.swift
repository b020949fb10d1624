import HTTPTypes
import HoldfastCore
import Hummingbird
import Logging

/// Writes a line for each request: what was asked for by whom, and what became of it.
///
/// No credential gets into it: not the fields that carry one, and not the token in a query.
struct AccessLog: RouterMiddleware {
    let logger: Logger
    let level: Logger.Level
    let now: @Sendable () -> Timestamp

    func handle(
        _ request: Request, context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        guard logger.logLevel <= level else { return try await next(request, context) }
        let began = now()
        let response = try await next(request, context)
        var metadata: Logger.Metadata = [
            "status": "\(response.status.code)",
            "duration_us": "\((now() - began).microsecondsRoundedUp)",
        ]
        if let address = context.remoteAddress?.ipAddress { metadata["address"] = "\(address)" }
        if let caller = context.note.caller {
            metadata["caller"] = "\(caller.subject)"
            metadata["via"] = "\(caller.via.rawValue)"
        }
        logger.log(
            level: level, "\(request.method) \(AccessLog.redacted(request.head.path ?? ""))",
            metadata: metadata)
        return response
    }

    /// A path and query as they may be written down: without the values that open something, and on one line.
    static func redacted(_ path: String) -> String {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return path }
        let pairs = parts[1].split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let name = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let plain = PercentEncoding.decoded(name, plusIsSpace: true)?.lowercased()
            return plain.map { !secretNames.contains($0) } ?? false ? String(pair) : "\(name)=REDACTED"
        }
        return parts[0] + "?" + pairs.joined(separator: "&")
    }

    private static let secretNames: Set<String> = ["token", "access_token", "api_key", "key"]
}
