import HoldfastAPI
import HoldfastCore

// Schedules.
extension OpenAPIDocument {
    private static let name = APIParameter.path("name", "The name of a schedule.")
    private static let times = APIParameter.query(
        "times", "How many of the next due moments to give.",
        #"{"type":"integer","minimum":0,"maximum":1000,"default":5}"#)

    static let schedulePaths: [APIPath] =
        [
            APIPath(
                "/v1/schedules",
                APIOperation(
                    .get, "listSchedules", "Lists schedules, by name.",
                    [
                        .limit(200, standard: 50),
                        .query("after", "The next of the page before.", ref("Name")), times,
                    ], answers: [.json("SchedulePage", "A page.")])),
            APIPath(
                "/v1/schedules/{name}",
                APIOperation(
                    .get, "showSchedule", "Shows a schedule as it is.", [name, times],
                    answers: [.json("Schedule", "The schedule.")], problems: [.unknownSchedule, .refused]),
                APIOperation(
                    .put, "setSchedule", "Sets what a schedule enqueues when.", [name],
                    body: .required("ScheduleBody"),
                    answers: [.json("SetSchedule", "The schedule as it is then, and whether that was news.")],
                    problems: [.unknownKind]),
                APIOperation(
                    .delete, "removeSchedule", "Ends a schedule; its jobs stay.", [name],
                    body: .optional("ReasonBody"), answers: [.empty(204, "It is gone.")],
                    problems: [.unknownSchedule])),
        ]
        + ScheduleVerb.allCases.map { verb in
            APIPath(
                "/v1/schedules/{name}/\(verb.rawValue)",
                APIOperation(
                    .post, "\(verb.rawValue)Schedule", summary(of: verb),
                    verb == .run ? [name, .idempotencyKey] : [name], body: .optional("ReasonBody"),
                    answers: [.json("Schedule", "The schedule as it is then.")], problems: [.unknownSchedule])
            )
        }

    private static func summary(of verb: ScheduleVerb) -> String {
        switch verb {
        case .pause: "Lets a schedule enqueue nothing before it is resumed."
        case .resume: "Lets a paused schedule go on."
        case .run: "Enqueues a job of a schedule now."
        }
    }
}
