public import Logging

/// Where a server listens and what it accepts.
///
/// The standard values suit one person on one machine.
public struct JobServerConfiguration: Hashable, Sendable {
    /// The name or address to listen on.
    ///
    /// Anything but a loopback address needs `insecure`.
    public var host: String
    /// The port to listen on; 0 for any free one, which `onReady` is told.
    public var port: Int
    /// Listen on any address although nobody has to say who they are.
    public var insecure: Bool
    /// With what the server proves who it is; nil for connections without encryption.
    public var tls: ServerTLS?
    /// The names that a request's `Host` may have, beside the loopback names and `host`.
    ///
    /// On a loopback address every other name is refused, so that a page of another site cannot reach the
    /// server by
    /// giving its own name this address (DNS rebinding). On another address names are checked when some are
    /// given.
    public var hostNames: Set<String>
    /// The largest body that is read, in bytes; nil for the log's limit of a payload and 1 MiB more.
    public var bodyLimit: Int?
    /// How many connections may wait to be accepted.
    public var backlog: Int
    /// How long a connection may be open without a request, or with one that does not go on.
    public var idleTimeout: Duration
    /// How long after the signal a graceful stop may take; what is still open then is cut.
    public var shutdownLimit: Duration
    /// How streams behave.
    public var streams: StreamConfiguration
    /// Who may enter, and how much of the server each caller may take.
    public var access = AccessConfiguration()
    /// How callers say who they are; nil where nobody has to.
    ///
    /// Then every caller is `local`, an admin, and the server listens on a loopback address only, unless `insecure`.
    public var authentication: Authentication? {
        get { access.authentication }
        set { access.authentication = newValue }
    }
    /// Who may enter, with cookies that are marked for TLS where the server encrypts connections itself.
    var effectiveAccess: AccessConfiguration {
        var access = access
        if tls != nil { access.authentication?.usesTLS = true }
        return access
    }
    /// The level of the line that is logged for each request.
    public var accessLogLevel = Logger.Level.debug

    /// Says where to listen.
    public init(
        host: String = "127.0.0.1", port: Int = 8080, insecure: Bool = false, tls: ServerTLS? = nil,
        hostNames: Set<String> = [],
        bodyLimit: Int? = nil, backlog: Int = 4096, idleTimeout: Duration = .seconds(75),
        shutdownLimit: Duration = .seconds(2), streams: StreamConfiguration = StreamConfiguration()
    ) {
        self.host = host
        self.port = port
        self.insecure = insecure
        self.tls = tls
        self.hostNames = hostNames
        self.bodyLimit = bodyLimit
        self.backlog = backlog
        self.idleTimeout = idleTimeout
        self.shutdownLimit = shutdownLimit
        self.streams = streams
    }

    /// Whether only programs of this machine can reach the server.
    public var isLoopback: Bool {
        if host.lowercased() == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// How streams behave.
public struct StreamConfiguration: Hashable, Sendable {
    /// How often a line without meaning is sent, so that proxies do not take a quiet stream for a dead one.
    public var heartbeat: Duration = .seconds(15)
    /// How long readers are told to wait before they connect again.
    public var retry: Duration = .seconds(2)
    /// How long a stream stays open after its end, so that the reader closes it first and does not come back.
    public var grace: Duration = .seconds(2)
    /// How long a reader may take nothing while bytes wait for it.
    ///
    /// It is cut up to a quarter of this time later.
    public var stallLimit: Duration = .seconds(30)
    /// How long a stream may take to say goodbye when the server stops.
    public var drainLimit: Duration = .milliseconds(1500)
    /// How many of the newest log lines a snapshot has.
    public var snapshotLogs = 50
    /// How many events are read at a time: what a stream holds in memory at most.
    public var pageEvents = 256
    /// How long a hundred readers or more are left alone after they were woken, for each of them.
    ///
    /// More makes fewer and larger writes; it is the delay that an event may have on top of all others.
    public var pace: Duration = .microseconds(20)
    /// How much of the log is kept as it is sent, in bytes, for all streams together.
    ///
    /// A reader for whom it is not enough reads the log itself.
    public var memoryBytes = 64 * 1024 * 1024
    /// The size above which what is sent is split, in bytes, so that a slow reader can be told from a dead
    /// one.
    public var chunkBytes = 64 * 1024

    /// The standard values.
    public init() {}
}
