/// A generator whose numbers follow from its seed alone: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators" (https://doi.org/10.1145/2714064.2660195).
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence of this seed.
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { Int(next() % 100) < percent }

    /// A number within the range.
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// One of the values; the first of them must exist.
    mutating func pick<Value>(_ first: Value, _ rest: Value...) -> Value {
        let index = number(0...rest.count)
        return index == 0 ? first : rest[index - 1]
    }
}
