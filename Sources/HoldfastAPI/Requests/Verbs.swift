/// What can be asked of a job; the raw value is the end of the path.
public enum SteerVerb: String, Hashable, Sendable, CaseIterable {
    case cancel, pause, resume, retry, reprioritise, reschedule
}

/// What can be asked of a schedule; the raw value is the end of the path.
public enum ScheduleVerb: String, Hashable, Sendable, CaseIterable {
    case pause, resume, run
}

/// What can be asked of a queue beside its limits; the raw value is the end of the path.
public enum QueueVerb: String, Hashable, Sendable, CaseIterable {
    case pause, resume
}
