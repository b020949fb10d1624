/// The version of this program.
enum HoldfastVersion {
    /// The number, as in the newest tag of the repository.
    static let current = "0.1.0"
}
