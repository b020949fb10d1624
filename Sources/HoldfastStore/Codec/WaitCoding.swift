package import HoldfastCore

// The JSON of waits, as events, states and the API have them, each written beside where it is read.

extension JSONWriter {
    /// Writes the name and the occurrence of a wait whose kind is known from elsewhere.
    package mutating func place(_ wait: WaitKey) {
        field("name", wait.name)
        field("occurrence", wait.occurrence)
    }

    /// Writes the kind, the name and the occurrence of a wait.
    package mutating func wait(_ wait: WaitKey) {
        field("type", wait.kind.rawValue)
        place(wait)
    }

    /// Writes a list of what is waited for.
    package mutating func waitReasons(_ name: StaticString, _ reasons: [WaitReason]) {
        key(name)
        array { list in
            for reason in reasons {
                list.object { object in
                    switch reason {
                    case .wait(let wait, let until):
                        object.wait(wait)
                        if let until { object.field("until", until) }
                    case .children(let name, let end):
                        object.field("type", "children")
                        object.field("name", name)
                        object.field("end", end.rawValue)
                    }
                }
            }
        }
    }

    /// Writes the link to the job that began this one.
    package mutating func parent(_ link: ParentLink) {
        field("job", link.job.description)
        place(link.child)
    }

    /// Writes the link to the job that this one was made from.
    package mutating func fork(_ link: ForkLink) {
        field("job", link.job.description)
        key("step")
        object { $0.step(link.step) }
    }

    /// Writes what a job waited for so far, where there was anything.
    mutating func waits(_ name: StaticString, _ waits: JobWaits) {
        guard waits != JobWaits() else { return }
        key(name)
        object { object in
            object.field("recorded", waits.recorded)
            guard !waits.children.isEmpty else { return }
            object.key("children")
            object.object { children in
                for (name, count) in waits.children.sorted(by: { $0.key < $1.key }) {
                    children.key(text: name.rawValue)
                    children.object {
                        $0.field("open", count.open)
                        $0.field("failed", count.failed)
                    }
                }
            }
        }
    }
}

extension JSONFields {
    /// Reads the name and the occurrence of a wait of a known kind.
    package func place(_ kind: WaitKind) throws(JSONFieldError) -> WaitKey {
        WaitKey(
            kind, try required("name", name("name")),
            occurrence: Int(try required("occurrence", integer("occurrence"))))
    }

    /// Reads the kind, the name and the occurrence of a wait.
    package func wait() throws(JSONFieldError) -> WaitKey { try place(try literal("type")) }

    /// Reads a list of what is waited for.
    package func waitReasons(_ name: String) throws(JSONFieldError) -> [WaitReason] {
        guard let list = JSONValues.elements(try required(name, raw(name))) else {
            throw JSONFieldError(field: name, expected: "a list")
        }
        var reasons: [WaitReason] = []
        for element in list {
            let fields: JSONFields
            do { fields = try JSONFields(element) } catch {
                throw JSONFieldError(field: name, expected: "a list of objects")
            }
            if try fields.string("type") == "children" {
                let group: WaitName = try fields.required("name", fields.name("name"))
                reasons.append(.children(group, try fields.literal("end")))
            } else {
                reasons.append(.wait(try fields.wait(), until: try fields.timestamp("until")))
            }
        }
        return reasons
    }

    /// Reads a job's id.
    package func job(_ name: String) throws(JSONFieldError) -> JobID {
        try required(name, optionalJob(name))
    }

    /// Reads a position.
    package func position(_ name: String) throws(JSONFieldError) -> EventLogPosition {
        guard let position = EventLogPosition(text: try string(name) ?? "") else {
            throw JSONFieldError(field: name, expected: "a position")
        }
        return position
    }

    /// Reads the link to the job that began this one.
    package func parent() throws(JSONFieldError) -> ParentLink {
        ParentLink(job: try job("job"), child: try place(.child))
    }

    /// Reads the link to the job that this one was made from.
    package func fork() throws(JSONFieldError) -> ForkLink {
        ForkLink(job: try job("job"), step: try required("step", object("step")).step())
    }

    /// Reads what a job waited for so far.
    func waits(_ name: String) throws(JSONFieldError) -> JobWaits {
        guard let fields = try object(name) else { return JobWaits() }
        var children: [WaitName: ChildCount] = [:]
        if let names = try fields.object("children") {
            for name in names.keys {
                guard let count = try names.object(name) else { continue }
                children[WaitName(unchecked: name)] = ChildCount(
                    open: Int(try count.required("open", count.integer("open"))),
                    failed: Int(try count.required("failed", count.integer("failed"))))
            }
        }
        return JobWaits(recorded: Int(try fields.integer("recorded") ?? 0), children: children)
    }
}
