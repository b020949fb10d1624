@testable import HoldfastCLI

/// A small terminal: it obeys what `LiveRegion` may write, and records anything else as a fault.
struct ScreenEmulator {
    let columns: Int
    let rows: Int
    private(set) var scrolledOff: [String] = []
    private(set) var faults: [String] = []
    private var screen: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    private var wraps = true

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// What is to be seen, without the empty rows below.
    var visible: [String] {
        var lines = screen.map { String($0) }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Whether lines wrap at the edge, as they should when a frame is complete.
    var wrapsAtEdge: Bool { wraps }

    mutating func write(_ output: String) {
        var rest = output.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\n": lineFeed()
            case "\r": column = 0
            case "\u{1B}": escape(&rest)
            default: put(scalar)
            }
        }
    }

    private mutating func escape(_ rest: inout String.UnicodeScalarView.SubSequence) {
        guard rest.popFirst() == "[" else { return faults.append("not a CSI") }
        var parameters = ""
        while let scalar = rest.popFirst() {
            guard ("@"..."~").contains(scalar) else {
                parameters.unicodeScalars.append(scalar)
                continue
            }
            return obey(scalar, parameters)
        }
        faults.append("open CSI")
    }

    private mutating func obey(_ command: Unicode.Scalar, _ parameters: String) {
        switch (command, parameters) {
        case ("m", _): break
        case ("K", "2"): screen[row] = []
        case ("J", ""):
            screen[row] = Array(screen[row].prefix(column))
            screen.removeSubrange((row + 1)...)
        case ("l", "?7"): wraps = false
        case ("h", "?7"): wraps = true
        case ("A", _):
            guard let count = Int(parameters) else { return faults.append("A \(parameters)") }
            row = max(0, row - count)
        default: faults.append("\(command) \(parameters)")
        }
    }

    private mutating func lineFeed() {
        // The terminal driver adds the carriage return.
        column = 0
        row += 1
        if row == screen.count { screen.append([]) }
        if screen.count > rows {
            scrolledOff.append(String(screen.removeFirst()))
            row -= 1
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = DisplayWidth.columns(of: scalar)
        if column + width > columns {
            guard wraps else { return }
            lineFeed()
        }
        while screen[row].count < column { screen[row].append(" ") }
        if column < screen[row].count {
            screen[row][column] = Character(scalar)
        } else {
            screen[row].append(Character(scalar))
        }
        column += width
    }
}
