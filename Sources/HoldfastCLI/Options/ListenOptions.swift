import ArgumentParser

extension ValueReading {
    /// Reads the number of a port; 0 stands for any free one.
    static func port(_ text: String) throws -> Int {
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw ValidationError("a port is a number from 0 to 65535")
        }
        return port
    }

    /// The address of a server as it stands in a browser.
    static func url(host: String, port: Int, isEncrypted: Bool = false) -> String {
        let isBare = host.contains(":") && !host.hasPrefix("[")
        return "\(isEncrypted ? "https" : "http")://\(isBare ? "[\(host)]" : host):\(port)"
    }
}
