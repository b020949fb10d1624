extension UnsafeBufferPointer<UInt8> {
    /// Tells whether both have the same bytes.
    @inlinable
    package func hasBytes(of other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for place in 0..<count where self[place] != other[place] { return false }
        return true
    }
}

extension String {
    /// Tells whether both have the same bytes of UTF-8, where `==` takes texts for equal that only look alike.
    package func hasBytes(of other: String) -> Bool {
        let (left, right) = (utf8, other.utf8)
        guard left.count == right.count else { return false }
        let areSame = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { left.hasBytes(of: $0) }
        }
        return (areSame ?? nil) ?? left.elementsEqual(right)
    }
}
