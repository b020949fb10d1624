import HoldfastAPI
import HoldfastCore

// Why jobs are where they are, how they differ, and who decided what.
extension OpenAPIDocument {
    static let insightPaths: [APIPath] = [
        APIPath(
            "/v1/jobs/{id}/why",
            APIOperation(
                .get, "showStanding",
                "Tells why a job is where it is: how it ended, what it does, or what keeps it from running.",
                [.job], answers: [.json("Standing", "The reasons, the most decisive first.")],
                problems: [.unknownJob, .invalidParameter])),
        APIPath(
            "/v1/jobs/{id}/diff/{other}",
            APIOperation(
                .get, "compareJobs",
                "Compares two runs: where they part, and what took how long and cost how much.",
                [
                    .job, .path("other", "The id of the other job.", ref("JobID")),
                    .query(
                        "rows", "How many steps to list; those that differ come first.",
                        #"{"type":"integer","minimum":1,"maximum":1000,"default":200}"#),
                ], answers: [.json("Comparison", "What differs and what does not.")], problems: [.unknownJob])
        ),
        APIPath(
            "/v1/actors",
            APIOperation(
                .get, "listDecisions", "Tells who decided what: a page of the audit trail.",
                [
                    .query("job", "Only decisions about this job.", ref("JobID")),
                    .query("actor", "Only those of this person or schedule.", #"{"type":"string"}"#),
                    .query(
                        "kind", "Only events of these kinds; several with commas between, or given again.",
                        #"{"type":"array","items":\#(ref("DecisionKind"))}"#),
                    .query("since", "Only those recorded then or later.", ref("Moment")),
                    .query("until", "Only those recorded before.", ref("Moment")),
                    .query(
                        "engines", "What engines did on their own account as well.",
                        #"{"enum":["","0","1","true","false"]}"#),
                    .query("after", "The next of the page before.", ref("Position")),
                    .limit(1000, standard: 200),
                ],
                answers: [
                    .json(
                        "DecisionPage",
                        "A page, which may hold fewer than there is room for and not be the last.")
                ])),
    ]
}
