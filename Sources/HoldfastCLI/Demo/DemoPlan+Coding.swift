import HoldfastCore
import HoldfastEngine
import HoldfastServer
import InventoryExample

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension EnqueueRequest {
    /// Asks for the job of a demo, or for the unfinished one of an earlier run.
    init(_ plan: DemoPlan) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let input = String(decoding: try encoder.encode(plan.job), as: UTF8.self)
        self.init(
            kind: InventoryJob.kind, input: try JSONText(validating: input),
            handlerVersion: InventoryJob.version,
            options: EnqueueOptions(queue: InventoryJob.queue, key: plan.key, retry: InventoryJob.retry),
            acceptsAnyKind: true)
    }
}

extension JobSheet {
    /// What an inventory returned.
    ///
    /// - Throws: `DecodingError` when the output is of another form.
    func inventory() throws -> InventorySummary {
        try JSONDecoder().decode(InventorySummary.self, from: Data((output ?? .null).text.utf8))
    }
}
