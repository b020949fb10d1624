package import Dispatch

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Starts a thread for work that blocks, so that no thread of the small cooperative pool is parked.
package enum DedicatedThread {
    private final class Body {
        var run: (@Sendable () -> Void)?
        let group: DispatchGroup

        init(_ group: DispatchGroup, run: @escaping @Sendable () -> Void) {
            self.group = group
            self.run = run
        }
    }

    /// Runs `run` on a detached thread.
    ///
    /// - Parameters:
    ///   - group: Is left when `run` returned and everything that only it held was given back.
    ///   - run: What the thread does.
    package static func start(in group: DispatchGroup, _ run: @escaping @Sendable () -> Void) {
        group.enter()
        let body = Unmanaged.passRetained(Body(group, run: run)).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(&thread, nil, { DedicatedThread.enter($0) }, body)
            if let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, { $0.flatMap(DedicatedThread.enter) }, body)
            if code == 0 { pthread_detach(thread) }
        #endif
        precondition(code == 0, "the system refused to start a thread (error \(code))")
    }

    /// Runs what blocks on a thread of its own, and waits for its end without blocking.
    package static func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            start(in: DispatchGroup()) {
                continuation.resume(with: Swift.Result { try body() })
            }
        }
    }

    private static func enter(_ body: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let body = Unmanaged<Body>.fromOpaque(body).takeRetainedValue()
        body.run?()
        body.run = nil
        body.group.leave()
        return nil
    }
}
