import HoldfastCore
import Hummingbird

extension Parameters {
    /// The schedule that the path names.
    ///
    /// - Throws: `RouteFault.malformedName` when it is no name.
    func schedule() throws(RouteFault) -> ScheduleName {
        let text = get("name") ?? ""
        guard let name = PercentText.decode(text[...]).flatMap(ScheduleName.init(rawValue:)) else {
            throw .malformedName(text)
        }
        return name
    }
}

/// Reads percent-encoded text of a path.
enum PercentText {
    /// The text that is meant; nil when it is badly encoded or no UTF-8.
    static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ digit: UInt8) -> UInt8? {
        let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit)
        return Hexadecimal.value(ofLowerCase: isCapital ? digit | 0x20 : digit)
    }
}
