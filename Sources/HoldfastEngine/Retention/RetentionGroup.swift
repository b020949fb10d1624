package import HoldfastCore
import HoldfastStore

/// Jobs of one kind that ended in one state and that a rule lets go.
package struct RetentionGroup: Hashable, Sendable {
    /// The kind.
    package let kind: JobKind
    /// The state.
    package let state: JobPhaseName
    /// Before which moment they ended; nil for any.
    package let before: Timestamp?
}
