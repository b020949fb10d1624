/// How much of a server one caller may take; nil of any of them is no limit.
public struct RequestLimits: Hashable, Sendable {
    /// How many streams a caller may have open.
    public var streamsPerCaller: Int? = 1_000
    /// How many streams may be open to one address.
    ///
    /// Behind a proxy all callers have the address of the proxy.
    public var streamsPerAddress: Int? = 10_000
    /// How many requests a caller may send in a second, on average.
    public var requestsPerSecond: Int? = 100
    /// How many requests a caller may send at once, after a while without any.
    public var requestBurst = 200
    /// How many bytes the fields of a request's head may have.
    ///
    /// Above 80 KiB it is refused in any case, before anything reads it.
    public var headerBytes: Int? = 32 * 1024
    /// How many bytes a query may have.
    public var queryBytes: Int? = 8 * 1024

    /// The standard values, which suit a server that knows its callers.
    public init() {}

    /// What holds where nobody says who they are: the sizes alone.
    static let sizesOnly: RequestLimits = {
        var limits = RequestLimits()
        limits.streamsPerCaller = nil
        limits.streamsPerAddress = nil
        limits.requestsPerSecond = nil
        return limits
    }()
}
