#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Starts a thread for work that blocks, so that no thread of the small cooperative pool is parked.
enum DedicatedThread {
    private final class Body {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `run` on a detached thread.
    static func start(_ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(run: run)).toOpaque()
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

    private static func enter(_ body: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
        return nil
    }
}
