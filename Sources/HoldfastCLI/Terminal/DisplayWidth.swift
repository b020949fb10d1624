/// Tells how many terminal columns a Unicode scalar takes.
///
/// The answer for a text is the sum over its scalars, which is what most terminals do. Terminals
/// that draw a whole emoji sequence in two columns take fewer, never more, so a line that fits by
/// this measure does not wrap.
enum DisplayWidth {
    /// Returns the columns that one visible scalar takes: 0, 1 or 2.
    ///
    /// The scalar is not a control: those have no width, and `TerminalText` never lets them
    /// through.
    static func columns(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if isZeroWidth(scalar) { return 0 }
        if value < 0x1100 { return 1 }
        return isWide(scalar) ? 2 : 1
    }

    /// Returns the columns of a text that has been made safe before.
    static func columns(of text: some StringProtocol) -> Int {
        var total = 0
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            total += columns(of: scalar, after: previous)
            previous = scalar
        }
        return total
    }

    /// Returns the columns that a scalar adds when it follows another one.
    ///
    /// It differs from `columns(of:)` only for U+FE0F, which turns a narrow emoji such as U+2764
    /// into a wide one.
    static func columns(of scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Int {
        guard scalar.value == 0xFE0F, let previous else { return columns(of: scalar) }
        return previous.properties.isEmoji && columns(of: previous) == 1 ? 1 : 0
    }

    private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200C, 0x200D: return true
        // Vowels and final consonants of Hangul, which join the syllable before them.
        case 0x1160...0x11FF, 0xD7B0...0xD7FB: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return true
        default: return false
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        // Regional indicators come in pairs, and a pair is one flag of two columns.
        if (0x1F1E6...0x1F1FF).contains(value) { return false }
        if wideRanges.contains(where: { $0.contains(value) }) { return true }
        return scalar.properties.isEmojiPresentation
    }

    /// The East Asian wide and full-width blocks of Unicode, rounded up to whole blocks where the
    /// gaps are unassigned.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F2FF,
        0x1F3FB...0x1F3FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
