import HoldfastCore
import HoldfastEngine
import Hummingbird

/// What stands between a request and its endpoint: who may enter, and how much of the server each may take.
struct AccessControl: Sendable {
    let authenticator: Authenticator
    let buckets: RequestBuckets
    let seats: StreamSeats
    let seal: Seal
    let limits: RequestLimits
    let origins: AllowedOrigins
    /// How long a stream token is good without a stream.
    let streamTokenLifetime: Duration

    init(_ configuration: AccessConfiguration, environment: EngineEnvironment) {
        let authentication = configuration.authentication
        let limits = configuration.limits ?? (authentication == nil ? .sizesOnly : RequestLimits())
        self.limits = limits
        origins = AllowedOrigins(configuration.allowedOrigins)
        streamTokenLifetime = configuration.streamTokenLifetime
        seal = Seal(authentication?.sessionKey ?? Secret(drawnFrom: environment.random))
        seats = StreamSeats(limits, tokenLifetime: streamTokenLifetime, now: environment.now)
        buckets = RequestBuckets(limits)
        authenticator = Authenticator(
            configuration: authentication, seal: seal, seats: seats, now: environment.now)
    }

    /// Refuses a head that is larger than any that makes sense.
    func checkSizes(of request: Request) throws(AccessFault) {
        if let limit = limits.queryBytes, (request.uri.query ?? "").utf8.count > limit {
            throw .queryTooLong(limit: limit)
        }
        guard let limit = limits.headerBytes else { return }
        let bytes = request.headers.reduce(0) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }
        if bytes > limit { throw .headTooLarge(limit: limit) }
    }
}
