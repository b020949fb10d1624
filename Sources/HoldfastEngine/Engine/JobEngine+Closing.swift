extension JobEngine {
    /// Does something with the engine, and closes it however that ends.
    ///
    /// - Throws: What `body` throws.
    package func closing<Result>(after body: (JobEngine) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(self)
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }
}
