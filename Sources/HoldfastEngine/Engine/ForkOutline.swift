package import HoldfastCore
import HoldfastStore

/// What a fork of a job would reuse, without the results themselves.
package struct ForkOutline: Hashable, Sendable {
    /// The job to begin from.
    package let job: JobID
    /// The first step that runs again.
    package let step: StepKey
    /// The steps whose results are reused, in the order in which they were recorded.
    package let reused: [StepKey]
    /// The recorded steps that run again.
    package let again: [StepKey]

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        func steps(_ name: String) throws -> [StepKey] {
            let list = try fields.required(name, fields.raw(name).flatMap(JSONValues.elements))
            return try list.map { try JSONFields($0).step() }
        }
        job = try fields.job("job")
        step = try fields.required("step", fields.object("step")).step()
        reused = try steps("reused")
        again = try steps("again")
    }

    init(_ plan: ForkPlan) {
        job = plan.job.id
        step = plan.step
        reused = plan.reused
        again = plan.again
    }

    /// What a dry run answers.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.field("job", job.description)
            writer.key("step")
            writer.object { $0.step(step) }
            for (name, steps) in [("reused", reused), ("again", again)] {
                writer.key(text: name)
                writer.array { list in for step in steps { list.object { $0.step(step) } } }
            }
        }
    }
}

extension ForkPlan {
    /// The plan without the results.
    package var outline: ForkOutline { ForkOutline(self) }
}
