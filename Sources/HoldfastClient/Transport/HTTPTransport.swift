import AsyncHTTPClient
import HoldfastAPI
import HoldfastCore
import NIOCore
import NIOHTTP1

/// Sends requests over HTTP/1.1 or HTTP/2, encrypted where the address says `https`.
struct HTTPTransport: ClientTransport {
    /// Longer than any client waits: how long to wait is decided, and tested, above this.
    private static let patience = TimeAmount.hours(24 * 365)

    /// What makes the connections where nothing else is said; it is never shut down.
    ///
    /// A connection that cannot be made is told at once: whether to try again is decided above this.
    static let standard: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    /// The address up to the path of the API, without a slash at its end.
    let address: String
    let http: HTTPClient

    func send(_ request: ClientRequest, bearer: String?) async throws -> ClientAnswer {
        var message = HTTPClientRequest(url: address + request.target)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "Accept", value: request.accept)
        if let bearer { message.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        if let key = request.key { message.headers.add(name: "Idempotency-Key", value: key.rawValue) }
        if let body = request.body {
            message.headers.add(name: "Content-Type", value: "application/json")
            message.body = .bytes(ByteBuffer(string: body.text))
        }
        do {
            let response = try await response(to: message)
            return ClientAnswer(
                status: Int(response.status.code),
                mediaType: response.headers.first(name: "Content-Type")?.lowercased() ?? "",
                retryAfter: response.headers.first(name: "Retry-After").flatMap(Self.seconds),
                body: HTTPBody(response.body))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Task.isCancelled ? CancellationError() : Self.failure(error)
        }
    }

    /// Sends a request that only reads once more when the connection that was kept for it turns out to be closed: nothing was
    /// sent then.
    private func response(to message: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await http.execute(message, timeout: Self.patience)
        } catch let error as ChannelError where error == .ioOnClosedChannel && message.method == .GET {
            return try await http.execute(message, timeout: Self.patience)
        }
    }

    /// Reads a number of seconds, at most a day.
    private static func seconds(_ text: String) -> Duration? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int64(text)
        else { return nil }
        return .seconds(min(seconds, 86_400))
    }

    private static func failure(_ error: any Error) -> any Error {
        switch error {
        case let error as HTTPClientError
        where error == .remoteConnectionClosed || error == .cancelled:
            ClientError.cut("\(error.shortDescription)")
        case let error as HTTPClientError
        where error == .invalidURL || error == .emptyHost || error == .emptyScheme:
            ClientError.invalidURL("\(error.shortDescription)")
        case let error as HTTPClientError: ClientError.unreachable("\(error.shortDescription)")
        default: ClientError.unreachable(oneLine(error))
        }
    }

    fileprivate static func oneLine(_ error: any Error) -> String {
        "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

/// A body that comes from a connection.
private actor HTTPBody: ClientBody {
    private var iterator: HTTPClientResponse.Body.AsyncIterator

    init(_ body: HTTPClientResponse.Body) { iterator = body.makeAsyncIterator() }

    func next() async throws -> [UInt8]? {
        do {
            // An actor may not be left in the middle of a change of what it holds; the copy is of the same connection.
            var reading = iterator
            let bytes = try await reading.next(isolation: self)
            iterator = reading
            return bytes.map { Array($0.readableBytesView) }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Task.isCancelled ? CancellationError() : ClientError.cut(HTTPTransport.oneLine(error))
        }
    }
}
