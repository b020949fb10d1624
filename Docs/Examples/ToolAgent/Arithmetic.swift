import Foundation

/// Reckons with numbers, by a grammar of its own.
///
///     sum     = product { ("+" | "-") product }
///     product = sign { ("*" | "/" | "%") sign }
///     sign    = "-" sign | power
///     power   = atom [ "^" sign ]
///     atom    = number | "(" sum ")"
struct Arithmetic {
    private var rest: Substring
    /// How many parentheses, signs and powers are open.
    private var depth = 0

    /// The value of an expression, whole numbers without a point.
    ///
    /// - Throws: `ToolError` when it is none, or has no value.
    static func text(of expression: String) throws -> String {
        guard expression.utf8.count <= 1_000 else { throw ToolError("an expression has at most 1000 bytes") }
        var reader = Arithmetic(rest: expression[...])
        let value = try reader.sum()
        if let next = reader.next { throw ToolError("\"\(next)\" makes no sense in \(expression)") }
        guard value.isFinite else { throw ToolError("\(expression) has no value") }
        // Above 2^53 not every whole number is one of these.
        let isWhole = value == value.rounded() && abs(value) <= 9_007_199_254_740_992
        return isWhole ? String(Int64(value)) : "\(value)"
    }

    private var next: Character? { rest.first { !$0.isWhitespace } }

    private mutating func take(_ characters: String) -> Character? {
        guard let next, characters.contains(next) else { return nil }
        rest = rest.drop { $0.isWhitespace }.dropFirst()
        return next
    }

    private mutating func sum() throws -> Double {
        var value = try product()
        while let sign = take("+-") {
            let other = try product()
            value = sign == "+" ? value + other : value - other
        }
        return value
    }

    private mutating func product() throws -> Double {
        var value = try sign()
        while let sign = take("*/%") {
            let other = try self.sign()
            guard sign == "*" || other != 0 else { throw ToolError("nothing can be divided by 0") }
            value =
                switch sign {
                case "*": value * other
                case "/": value / other
                default: value.truncatingRemainder(dividingBy: other)
                }
        }
        return value
    }

    private mutating func sign() throws -> Double {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else { throw ToolError("the expression is nested too deeply") }
        return take("-") == nil ? try power() : -(try sign())
    }

    private mutating func power() throws -> Double {
        let value = try atom()
        return take("^") == nil ? value : pow(value, try sign())
    }

    private mutating func atom() throws -> Double {
        if take("(") != nil {
            let value = try sum()
            guard take(")") != nil else { throw ToolError("a parenthesis is not closed") }
            return value
        }
        rest = rest.drop { $0.isWhitespace }
        let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard let value = Double(digits) else {
            throw ToolError("a number is missing \(rest.first.map { "before \"\($0)\"" } ?? "at the end")")
        }
        rest = rest.dropFirst(digits.count)
        return value
    }
}
