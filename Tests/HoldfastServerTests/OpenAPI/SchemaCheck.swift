import Foundation

/// A JSON value, in which whole numbers and truth values are told apart.
indirect enum JSONTree: Hashable, Decodable {
    case null, bool(Bool), integer(Int), number(Double), string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? value.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSONTree].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONTree].self))
        }
    }

    init(parsing text: String) throws {
        self = try JSONDecoder().decode(JSONTree.self, from: Data(text.utf8))
    }

    /// A member of an object; nil for all else.
    subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var members: [String: JSONTree] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    var elements: [JSONTree] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    fileprivate var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}

/// Checks values against the part of JSON Schema that the document uses; any other keyword is a fault of the document.
struct SchemaCheck {
    struct Fault: Error, CustomStringConvertible {
        let path: String
        let reason: String

        var description: String { "\(path.isEmpty ? "/" : path): \(reason)" }
    }

    /// The keywords that say nothing about values here.
    private static let notes: Set<String> = ["description", "format", "default"]

    let document: JSONTree

    /// Expects that a value fits a schema.
    ///
    /// - Throws: `Fault` with the first place that does not.
    func check(_ value: JSONTree, _ schema: JSONTree) throws { _ = try visit(value, schema, "") }

    /// The schema of a name.
    func schema(_ name: String) -> JSONTree? { document["components"]?["schemas"]?[name] }

    /// Gives the members of an object that some part of the schema knows.
    private func visit(_ value: JSONTree, _ schema: JSONTree, _ path: String) throws -> Set<String> {
        if schema == .bool(true) { return [] }
        guard case .object(let keywords) = schema else { throw Fault(path: path, reason: "no schema") }
        var known: Set<String> = []
        for (keyword, rule) in keywords where !Self.notes.contains(keyword) {
            known.formUnion(try visit(value, keyword, rule, path, among: keywords))
        }
        if keywords["unevaluatedProperties"] == .bool(false) {
            try refuse(value.members.keys.filter { !known.contains($0) }, path)
            known.formUnion(value.members.keys)
        }
        return known
    }

    private func visit(
        _ value: JSONTree, _ keyword: String, _ rule: JSONTree, _ path: String, among all: [String: JSONTree]
    ) throws -> Set<String> {
        func fail(_ reason: String) -> Fault { Fault(path: path, reason: "\(reason), but it is \(value)") }
        switch keyword {
        case "$ref":
            let name = rule.text?.split(separator: "/").last.map(String.init) ?? ""
            guard let target = schema(name), rule.text == "#/components/schemas/\(name)" else {
                throw fail("\(rule) leads nowhere")
            }
            return try visit(value, target, path)
        case "allOf":
            return try rule.elements.reduce(into: []) { $0.formUnion(try visit(value, $1, path)) }
        case "oneOf": return try visitOne(value, of: rule.elements, path)
        case "type": guard types(of: rule).contains(where: value.isOf) else { throw fail("of type \(rule)") }
        case "enum": guard rule.elements.contains(value) else { throw fail("one of \(rule.elements)") }
        case "pattern":
            guard let pattern = rule.text, let text = value.text else { break }
            guard text.firstMatch(of: try Regex(pattern)) != nil else { throw fail("like \(pattern)") }
        case "minLength", "maxLength":
            guard let count = value.text?.unicodeScalars.count, case .integer(let bound) = rule else { break }
            guard keyword == "minLength" ? count >= bound : count <= bound else { throw fail(keyword) }
        case "minimum", "maximum":
            guard let number = value.double, let bound = rule.double else { break }
            guard keyword == "minimum" ? number >= bound : number <= bound else { throw fail(keyword) }
        case "items":
            for (index, element) in value.elements.enumerated() {
                _ = try visit(element, rule, "\(path)/\(index)")
            }
        case "required":
            guard case .object(let members) = value else { break }
            for name in rule.elements.compactMap(\.text) where members[name] == nil {
                throw Fault(path: path, reason: "\(name) is missing")
            }
        case "properties":
            let present = value.members.filter { rule[$0.key] != nil }
            for (name, member) in present { _ = try visit(member, rule[name] ?? .null, "\(path)/\(name)") }
            return Set(present.keys)
        case "additionalProperties":
            let rest = value.members.filter { all["properties"]?[$0.key] == nil }
            guard rule != .bool(false) else {
                try refuse(rest.keys, path)
                break
            }
            for (name, member) in rest { _ = try visit(member, rule, "\(path)/\(name)") }
            return Set(rest.keys)
        case "unevaluatedProperties": break
        default: throw fail("the keyword \(keyword) is not known here")
        }
        return []
    }

    private func visitOne(_ value: JSONTree, of schemas: [JSONTree], _ path: String) throws -> Set<String> {
        var fits: [Set<String>] = []
        var faults: [String] = []
        for schema in schemas {
            do {
                fits.append(try visit(value, schema, path))
            } catch {
                faults.append("\(error)")
            }
        }
        guard let only = fits.first, fits.count == 1 else {
            throw Fault(path: path, reason: "\(fits.count) of the forms fit: \(faults)")
        }
        return only
    }

    private func refuse(_ names: some Collection<String>, _ path: String) throws {
        guard let name = names.min() else { return }
        throw Fault(path: path, reason: "\(name) is not in the schema")
    }

    private func types(of rule: JSONTree) -> [String] {
        rule.text.map { [$0] } ?? rule.elements.compactMap(\.text)
    }
}

extension JSONTree {
    fileprivate func isOf(_ type: String) -> Bool {
        switch (type, self) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer),
            ("number", .number), ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }
}
