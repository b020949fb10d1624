/// What a job waited for so far, as far as deciding needs it; the waits themselves stay in the log.
public struct JobWaits: Hashable, Sendable {
    /// How many waits were opened and how many signals came, over all lives.
    ///
    /// Zero tells that the log holds none.
    public internal(set) var recorded: Int
    /// The children that go on, by the name that the handler gave them; names without one are left out.
    public internal(set) var children: [WaitName: ChildCount]

    /// Puts the values together, such as those read back from the store.
    package init(recorded: Int = 0, children: [WaitName: ChildCount] = [:]) {
        self.recorded = recorded
        self.children = children
    }

    /// Counts a child that begins.
    mutating func begin(_ child: WaitName) {
        recorded += 1
        children[child, default: ChildCount(open: 0, failed: 0)].open += 1
    }

    /// Counts a child that ended for the first time.
    mutating func end(_ child: WaitName, _ state: JobPhaseName) {
        guard var count = children[child] else { return }
        count.end(state)
        children[child] = count.open > 0 ? count : nil
    }

    /// Tells whether waiting for the children of a name is over, once one more of them has ended in a state.
    package func isOver(_ name: WaitName, _ end: GroupEnd, after state: JobPhaseName? = nil) -> Bool {
        guard var count = children[name] else { return true }
        if let state { count.end(state) }
        switch end {
        case .all: return count.open == 0
        case .firstFailure: return count.open == 0 || count.failed > 0
        }
    }
}

/// The children of one name.
public struct ChildCount: Hashable, Sendable {
    /// How many go on.
    public internal(set) var open: Int
    /// How many of those that ended meanwhile have failed or were cancelled.
    public internal(set) var failed: Int

    /// Puts the values together, such as those read back from the store.
    package init(open: Int, failed: Int) {
        self.open = open
        self.failed = failed
    }

    mutating func end(_ state: JobPhaseName) {
        open -= 1
        if state != .completed { failed += 1 }
    }
}
