import Foundation
import HoldfastCore
import Testing

/// Ids of jobs: UUIDs of version 7 that rise.
struct JobIDTests {
    private let noon = JobHistory.start

    /// The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z.
    private let example = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

    @Test func `the text of a UUID is read and written`() throws {
        let id = try #require(JobID(example))
        #expect(id.high == 0x017F_22E2_79B0_7CC3)
        #expect(id.low == 0x98C4_DC0C_0C07_398F)
        #expect(id.description == example)
        #expect(JobID(high: .max, low: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
        #expect(JobID(high: 0, low: 0).description == "00000000-0000-0000-0000-000000000000")
    }

    @Test(arguments: [
        "", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n", " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b0-7cc3-98c4-dc0c0c0739-f",
        "017f22e27-9b0-7cc3-98c4-dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398é", "017f22e2_79b0_7cc3_98c4_dc0c0c07398f",
    ])
    func `any other text is no id`(text: String) {
        #expect(JobID(text) == nil)
    }

    @Test func `any two halves survive the way over the text`() {
        Property.holds(from: 30_000_000) { seed in
            var generator = SplitMix64(seed: seed)
            let id = JobID(high: generator.next(), low: generator.next())
            try demand(JobID(id.description) == id, "\(id)")
            let uuid = UUID(uuidString: id.description)
            try demand(uuid?.uuidString.lowercased() == id.description, "\(id) is no UUID")
        }
    }

    @Test func `an id holds version 7, the variant and the milliseconds of its time`() {
        Property.holds(from: 31_000_000) { seed in
            var generator = SplitMix64(seed: seed)
            let time = Timestamp(
                microseconds: Int64.random(in: 0...Timestamp.distantFuture.microseconds, using: &generator))
            let bits = generator.next()
            let id = JobID(at: time, random: bits)
            try demand(id.high >> 16 == UInt64(time.microseconds / 1000), "the milliseconds of \(id)")
            try demand(id.high >> 12 & 0xF == 7, "the version of \(id)")
            try demand(id.low >> 62 == 0b10, "the variant of \(id)")
            try demand(
                id.low & 0x3FFF_FFFF_FFFF_FFFF == bits & 0x3FFF_FFFF_FFFF_FFFF, "the random bits of \(id)")
        }
    }

    @Test(arguments: [(0, 0), (1, 4), (250, 1024), (500, 2048), (999, 4091)] as [(Int, UInt64)])
    func `an id holds the fraction of the millisecond in 4096 parts`(microseconds: Int, parts: UInt64) {
        #expect(JobID(at: noon + .microseconds(microseconds), random: 0).high & 0xFFF == parts)
    }

    @Test func `an id of a time before 1970 stands at 1970`() {
        let id = JobID(at: Timestamp(microseconds: -1), random: 0)
        #expect(id.description == "00000000-0000-7000-8000-000000000000")
    }

    @Test func `ids rise with each microsecond, whatever chance adds`() {
        var last = JobID(at: noon, random: .max)
        for microseconds in 1...2_500 {
            let id = JobID(at: noon + .microseconds(microseconds), random: 0)
            #expect(last < id)
            last = JobID(at: noon + .microseconds(microseconds), random: .max)
        }
    }

    @Test func `ids are ordered as their texts and as their times`() {
        Property.holds(from: 32_000_000) { seed in
            var generator = SplitMix64(seed: seed)
            let times = [generator.number(0...1_000_000), generator.number(0...1_000_000)]
            let ids = times.map { JobID(at: noon + .microseconds($0), random: generator.next()) }
            try demand((ids[0] < ids[1]) == (ids[0].description < ids[1].description), "\(ids)")
            try demand(times[0] == times[1] || (times[0] < times[1]) == (ids[0] < ids[1]), "\(ids)")
            try demand(!(ids[0] < ids[0]), "\(ids[0]) before itself")
        }
    }
}

/// The sequence of ids: it always rises.
struct JobIDSequenceTests {
    private let noon = JobHistory.start

    @Test func `an id of a later time is the id of that time`() {
        var sequence = JobIDSequence()
        #expect(sequence.next(at: noon, random: 1) == JobID(at: noon, random: 1))
        let later = noon + .microseconds(1)
        #expect(sequence.next(at: later, random: 0) == JobID(at: later, random: 0))
    }

    @Test func `ids rise within one microsecond`() {
        var sequence = JobIDSequence()
        var ids: [JobID] = []
        for bits in [5, 5, 4, 0, UInt64.max, 0] { ids.append(sequence.next(at: noon, random: bits)) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }, "\(ids)")
    }

    @Test func `ids rise while the clock steps back`() {
        var sequence = JobIDSequence()
        let first = sequence.next(at: noon, random: 7)
        var last = first
        for seconds in 1...100 {
            let id = sequence.next(at: noon + .seconds(-seconds), random: UInt64(seconds))
            #expect(last < id)
            #expect(id.high == first.high, "the time of \(id) has run ahead")
            last = id
        }
        #expect(sequence.next(at: noon + .seconds(1), random: 0) == JobID(at: noon + .seconds(1), random: 0))
    }

    @Test func `ids rise when the random part is full`() {
        var sequence = JobIDSequence()
        let full = sequence.next(at: noon, random: .max)
        #expect(full.low == 0xBFFF_FFFF_FFFF_FFFF)
        let next = sequence.next(at: noon, random: 3)
        #expect(full < next)
        #expect(next.high >> 12 & 0xF == 7)
        #expect(next.low >> 62 == 0b10)
    }

    @Test func `a full random part at the end of a millisecond goes over to the next one`() {
        // 999 microseconds are 4091 of 4096 parts, so five more overflows fill the millisecond.
        let last = Timestamp(microseconds: noon.microseconds + 999)
        var sequence = JobIDSequence()
        var ids: [JobID] = []
        for _ in 0..<20 { ids.append(sequence.next(at: last, random: .max)) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }, "\(ids)")
        #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 0b10 }, "\(ids)")
        #expect(ids.last.map { $0.high >> 16 } == UInt64(noon.microseconds / 1000) + 1)
    }

    @Test func `ids of any clock rise and are of version 7`() {
        Property.holds(from: 33_000_000, cases: 300) { seed in
            var generator = SplitMix64(seed: seed)
            var sequence = JobIDSequence()
            var time = noon
            var last: JobID?
            for _ in 0..<50 {
                time = time + .microseconds(generator.number(-3_000...3_000))
                let id = sequence.next(at: time, random: generator.pick(0, .max, generator.next()))
                try demand(last.map { $0 < id } ?? true, "\(id) does not follow \(String(describing: last))")
                try demand(id.high >> 12 & 0xF == 7 && id.low >> 62 == 0b10, "\(id) is not of version 7")
                last = id
            }
        }
    }
}
