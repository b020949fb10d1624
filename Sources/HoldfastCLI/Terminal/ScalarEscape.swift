/// Decides which scalars may not reach a terminal as they are, and how they are shown instead.
enum ScalarEscape {
    /// Returns whether a scalar could move the cursor, start an escape sequence, reorder the line
    /// or hide.
    ///
    /// That is every C0 and C1 control, U+007F, the line and paragraph separators, the
    /// bidirectional controls and every other invisible scalar, except the joiners and variation
    /// selectors that emoji and scripts need.
    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        switch value {
        case 0x20...0x7E: return false
        case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFFF9...0xFFFB: return true
        case 0x200C, 0x200D, 0xFE00...0xFE0F: return false
        case ..<0xAD: return false
        default: break
        }
        let properties = scalar.properties
        return properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint
    }

    /// Returns the visible form of a scalar: `\n`, `\r`, `\t`, or `\u{1B}` with the value in
    /// hexadecimal.
    static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: return "\\u{\(hexadecimal(scalar.value, digits: 2))}"
        }
    }

    /// Returns the visible form of a byte that is not part of valid UTF-8: `\xFF`.
    static func visible(invalidByte byte: UInt8) -> String {
        "\\x\(hexadecimal(UInt32(byte), digits: 2))"
    }

    /// Returns JSON text with every unsafe scalar written as a JSON escape, so that the value stays
    /// the same.
    ///
    /// Line feeds and tabs stay, because in valid JSON they can only stand between values. For a
    /// terminal only: a pipe should get the stored bytes.
    static func jsonForTerminal(_ json: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            guard isUnsafe(scalar), scalar != "\n", scalar != "\t" else {
                safe.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                safe.append(contentsOf: "\\u\(hexadecimal(UInt32(unit), digits: 4))".unicodeScalars)
            }
        }
        return String(safe)
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
