import Hummingbird
import NIOCore
import Synchronization

/// What the server knows of a request beside the request: where it came from, and later who sent it.
struct ServerContext: RequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    /// Filled in when the caller is known, for the access log.
    let note = CallerNote()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// Tells the access log who sent a request.
final class CallerNote: Sendable {
    private let noted = Mutex<Caller?>(nil)

    /// The caller; nil when it was not let in.
    var caller: Caller? {
        get { noted.withLock(\.self) }
        set { noted.withLock { $0 = newValue } }
    }
}
