import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let payload: [ConformanceCase] = [
        ConformanceCase(
            .payload, "a value up to the limit stays in its event, a larger one goes beside the log",
            configure: {
                $0.inlinePayloadLimit = 10
            }
        ) { log in
            let small = JSONText.string("12345678")
            let large = JSONText.string("123456789")
            let inline = try log.log.payload(small)
            #expect(inline.payload == .inline(small))
            let prepared = try log.log.payload(large)
            let reference = PayloadReference(sha256: SHA256Sum(of: large.text).hexadecimal, bytes: 11)
            #expect(prepared.payload == .stored(reference))
            let id = log.newID()
            try await log.log.write { transaction in
                prepared.keep(in: transaction)
                inline.keep(in: transaction)
                _ = try transaction.enqueue(.sample(input: prepared.payload), as: id, by: .ana)
            }
            let event = try #require(try await log.events().first)
            #expect(event.data.text.contains(#""input_ref":{"sha256":"\#(reference.sha256)","bytes":11}"#))
            #expect(try await log.log.read { try $0.payload(reference) } == large)
            #expect(try await log.log.value(of: prepared.payload) == large)
            #expect(try await log.log.value(of: inline.payload) == small)
        },
        ConformanceCase(
            .payload, "the same value is kept once and stays as it is",
            configure: {
                $0.inlinePayloadLimit = 1
            }
        ) { log in
            let prepared = try log.log.payload(.string("the same"))
            for _ in 0..<2 { try await log.log.write { prepared.keep(in: $0) } }
            try await log.together([{ prepared.keep(in: $0) }, { prepared.keep(in: $0) }])
            #expect(try await log.log.value(of: prepared.payload) == .string("the same"))
        },
        ConformanceCase(
            .payload, "a value above the limit is refused before anything is written",
            configure: {
                $0.payloadLimit = 10
            }
        ) { log in
            _ = try log.log.payload(.string("12345678"))
            let error = #expect(throws: StoreError.self) { _ = try log.log.payload(.string("123456789")) }
            #expect(error?.code == .payloadTooLarge && error?.isRetryable == false)
            #expect(error?.description.contains("11") == true && error?.description.contains("10") == true)
            #expect(try await log.head() == .beginning)
        },
        ConformanceCase(.payload, "a value of some megabytes comes back byte for byte") { log in
            let text = String(repeating: "é\u{1F600}\\n", count: 400_000)
            let value = JSONText(unchecked: "\"\(text)\"")
            let prepared = try log.log.payload(value)
            try await log.log.write { prepared.keep(in: $0) }
            let back = try await log.log.value(of: prepared.payload)
            #expect(back.byteCount == value.byteCount)
            #expect(SHA256Sum(of: back.text) == SHA256Sum(of: value.text))
        },
        ConformanceCase(.payload, "a value that was lost is told from one that is null") { log in
            let reference = PayloadReference(sha256: SHA256Sum(of: "1").hexadecimal, bytes: 1)
            let error = await #expect(throws: StoreError.self) {
                _ = try await log.log.value(of: .stored(reference))
            }
            #expect(error?.code == .corrupt)
            let null = try await log.log.value(of: .null)
            #expect(null == .null)
        },
    ]
}
