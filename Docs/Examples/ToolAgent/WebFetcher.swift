import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Gets what is at an HTTP address, if its host is allowed.
struct WebFetcher: Sendable {
    /// The hosts, each with or without a port, such as `example.com` or `127.0.0.1:8080`.
    let hosts: Set<String>
    /// The greatest number of bytes that are read, inclusive.
    var limit = 64 * 1024
    /// How long it may take, from the connection to the last byte.
    var timeout = Duration.seconds(20)

    /// Gets what is at an address: the status and the type on the first line, then the text.
    ///
    /// It is not led on to other addresses, which might not be allowed.
    ///
    /// - Throws: `ToolError`; `CancellationError` when the task is cancelled.
    func fetch(_ address: String) async throws -> String {
        guard let url = URLComponents(string: address), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host?.lowercased(), url.user == nil,
            let plain = url.string
        else { throw ToolError("\(address) is no HTTP address") }
        let isAllowed = hosts.contains(host) || url.port.map { hosts.contains("\(host):\($0)") } ?? false
        guard isAllowed else { throw ToolError("\(host) is not one of the hosts that may be fetched from") }
        do {
            return try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await get(plain) }
                group.addTask {
                    try await Task.sleep(for: timeout)
                    throw ToolError("\(host) took longer than \(timeout)")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? ""
            }
        } catch let error as ToolError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw ToolError("\(host) gave no answer: \(WebFetcher.reason(error))")
        }
    }

    private func get(_ address: String) async throws -> String {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(
                HTTPClientRequest(url: address), timeout: TimeAmount(timeout))
            let body: ByteBuffer
            do {
                body = try await response.body.collect(upTo: limit)
            } catch is NIOTooManyBytesError {
                throw ToolError("there are more than \(limit) bytes at \(address)")
            }
            let type = response.headers.first(name: "content-type").map { ", \($0)" } ?? ""
            return "\(response.status.code)\(type)\n\(String(buffer: body))"
        }
    }

    /// What went wrong in words that name nothing of this machine.
    private static func reason(_ error: any Error) -> String {
        (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
    }
}
