import HoldfastCore

/// What a check of `holdfast doctor` found.
struct DoctorFinding: Hashable, Sendable {
    /// How bad it is.
    enum Level: String, Hashable, Sendable, CaseIterable {
        /// Nothing has to be done.
        case ok
        /// It works, and somebody should look at it.
        case warning
        /// Something does not work, or will not for long.
        case problem
    }

    /// How bad it is.
    let level: Level
    /// What was found, as one sentence without a full stop.
    let sentence: String
    /// What to do about it, with the command to type; nil where nothing has to be done.
    let advice: String?

    /// Says that all is well.
    static func ok(_ sentence: String) -> DoctorFinding {
        DoctorFinding(level: .ok, sentence: sentence, advice: nil)
    }

    /// Says what somebody should look at.
    static func warning(_ sentence: String, advice: String) -> DoctorFinding {
        DoctorFinding(level: .warning, sentence: sentence, advice: advice)
    }

    /// Says what does not work.
    static func problem(_ sentence: String, advice: String) -> DoctorFinding {
        DoctorFinding(level: .problem, sentence: sentence, advice: advice)
    }
}

/// One thing that `holdfast doctor` looks at.
struct DoctorCheck: Sendable {
    /// One or two words, which stay the same for programs.
    let name: String
    /// Judges the facts; nil where they do not tell, because the file cannot be read.
    let judge: @Sendable (DoctorFacts) -> DoctorFinding?

    /// Names a check.
    init(_ name: String, _ judge: @escaping @Sendable (DoctorFacts) -> DoctorFinding?) {
        self.name = name
        self.judge = judge
    }

    /// All checks, in the order in which they are told; a new one is one value more.
    static let all: [DoctorCheck] = ofFile + ofLog
}
