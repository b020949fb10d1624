import AsyncHTTPClient
import HoldfastCore
import NIOCore

/// The pieces of one answer that is being streamed; used by one task at a time.
final class OpenAIPieces {
    private let call: OpenAICall
    private let bytes: ResponseBytes
    private let deadline: Timestamp
    private var events = EventLines()
    /// What was read and not handed on yet, the next one last.
    private var ready: [OpenAIWire.Chunk] = []
    private var answer: ModelAnswer
    private var finish: ModelAnswer.Finish?
    private var isDone = false
    private var taken = 0

    init(call: OpenAICall, bytes: ResponseBytes, deadline: Timestamp) {
        self.call = call
        self.bytes = bytes
        self.deadline = deadline
        answer = ModelAnswer(text: "", model: call.model.name)
    }

    /// Waits for the next piece; the last one is the whole answer.
    ///
    /// - Throws: `ModelError` with `.brokenOff` when the answer ends before its text is whole.
    func next() async throws -> ModelPiece? {
        while true {
            while let chunk = ready.popLast() {
                if let text = take(chunk) { return .text(text) }
            }
            if isDone { return .end(whole) }
            guard let buffer = try await pull() else {
                // Some services close the connection in place of the last line; the text is whole once it has a reason to end.
                guard finish != nil else {
                    throw call.fault(.brokenOff, "the answer of \(call.model.name) was cut off")
                }
                return .end(whole)
            }
            taken += buffer.readableBytes
            guard taken <= call.model.configuration.bodyLimit else { throw call.tooLarge }
            try read(events.feed(buffer.readableBytesView))
        }
    }

    /// Takes what came over the wire next; nil at its end.
    private func pull() async throws -> ByteBuffer? {
        let call = call
        let bytes = bytes
        return try await call.untilNextByte(deadline) {
            do {
                return try await call.reporting { try await bytes.next() }
            } catch let error as ModelError where error.reason == .unreachable {
                throw ModelError(.brokenOff, error.message)
            }
        }
    }

    private func read(_ events: [String]) throws {
        for event in events where !isDone {
            if event == "[DONE]" {
                isDone = true
            } else {
                ready.append(try call.understanding { () throws(ModelError) in try OpenAIWire.chunk(event) })
            }
        }
        ready.reverse()
    }

    /// Notes what a chunk says; gives its text unless that is empty.
    private func take(_ chunk: OpenAIWire.Chunk) -> String? {
        if let model = chunk.model { answer.model = model }
        if let usage = chunk.usage { answer.usage = usage }
        if let finish = chunk.finish { self.finish = finish }
        answer.text += chunk.text
        return chunk.text.isEmpty ? nil : chunk.text
    }

    private var whole: ModelAnswer {
        var whole = answer
        whole.finish = finish ?? .other
        whole.cost = whole.usage.flatMap { call.model.configuration.prices?.cost(of: $0) }
        return whole
    }
}

/// The bytes of one response.
///
/// Unchecked, because the client's iterator must not be used by two tasks at once: the only caller pulls in a child task, and
/// awaits its end before it pulls again.
final class ResponseBytes: @unchecked Sendable {
    private var iterator: HTTPClientResponse.Body.AsyncIterator

    init(_ response: HTTPClientResponse) { iterator = response.body.makeAsyncIterator() }

    func next() async throws -> ByteBuffer? { try await iterator.next() }
}
