/// The clients that a server hands out, as they are in the repository.
package enum ClientFiles {
    /// A file of a client.
    package struct File: Sendable {
        /// The end of its path.
        package let name: String
        /// What it is.
        package let mediaType: String
        /// What it holds.
        package let bytes: [UInt8]
    }

    /// All files.
    package static let all: [File] = [
        File(name: "holdfast.js", mediaType: javaScript, bytes: PackageResources.holdfast_js),
        File(name: "holdfast-react.js", mediaType: javaScript, bytes: PackageResources.holdfast_react_js),
        File(name: "holdfast-vue.js", mediaType: javaScript, bytes: PackageResources.holdfast_vue_js),
        File(
            name: "holdfast.py", mediaType: "text/x-python; charset=utf-8",
            bytes: PackageResources.holdfast_py),
    ]

    private static let javaScript = "text/javascript; charset=utf-8"
}
