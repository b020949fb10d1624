import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("Checks of the doctor")
struct DoctorCheckTests {
    /// What is wrong, what the check says of it, and what it advises.
    struct Ailment: Sendable, CustomTestStringConvertible {
        let check: String
        let level: DoctorFinding.Level
        let says: String
        let advises: String
        let cause: @Sendable (inout DoctorFacts) -> Void
        var testDescription: String { "\(check): \(says)" }

        init(
            _ check: String, _ level: DoctorFinding.Level, _ says: String, advises: String,
            _ cause: @escaping @Sendable (inout DoctorFacts) -> Void
        ) {
            (self.check, self.level, self.says, self.advises, self.cause) = (
                check, level, says, advises, cause
            )
        }
    }

    private static let now = ManualClock.start

    /// Facts of a database that nothing is wrong with.
    private static var healthy: DoctorFacts {
        var facts = DoctorFacts(path: "jobs.db", now: now, libraryVersion: "3.40.1", user: 1000)
        facts.files = ["", "-wal", "-shm"].map {
            DoctorFacts.File(path: "/d/jobs.db\($0)", bytes: 4096, rights: 0o600, owner: 1000)
        }
        facts.freeBytes = 1 << 40
        facts.inspection = FileInspection(
            settings: [.init(name: "journal_mode", expected: "wal", answer: "wal")], pageBytes: 4096,
            pages: 100,
            freePages: 1, schema: 7, newestSchema: 7, damage: [])
        facts.log = DoctorFacts.Log(moments: [now + .seconds(-2), now], kinds: ["mail.send"])
        return facts
    }

    private static func queued(_ kind: JobKind, since: Duration, crashes: Int = 0) -> JobState {
        let moment = now + (.zero - since)
        return JobState(
            id: JobID(at: moment, random: 7),
            origin: JobOrigin(
                kind: kind, handlerVersion: 1, queue: "mail", key: nil, owner: nil, tags: [],
                retry: .standard,
                enqueuedAt: moment),
            version: 1, priority: .normal, life: 1, attempt: 1, firstAttemptOfLife: 1, crashes: crashes,
            recordedSteps: 0, progress: nil, lastFailure: nil, startedAt: nil, phase: .queued(since: moment),
            phasePosition: EventLogPosition(1))
    }

    private static func lease(expired: Duration) -> Lease {
        Lease(
            job: JobID(at: now, random: 9), token: LeaseToken(EventLogPosition(2)), worker: "mill/default",
            engine: "e-1", expiresAt: now + (.zero - expired))
    }

    private static let ofFile: [Ailment] = [
        Ailment("readable", .problem, "is locked", advises: "backup") {
            ($0.failure, $0.log, $0.inspection) = ("jobs.db is locked", nil, nil)
        },
        Ailment(
            "schema", .problem, "the schema is 6, and this program needs 7",
            advises: "holdfast migrate --db jobs.db"
        ) {
            $0.inspection?.schema = 6
        },
        Ailment("schema", .problem, "the schema is 8, and this program knows 7", advises: "newer") {
            $0.inspection?.schema = 8
        },
        Ailment("settings", .problem, "journal_mode is delete and should be wal", advises: "holdfast migrate")
        {
            $0.inspection?.settings = [.init(name: "journal_mode", expected: "wal", answer: "delete")]
        },
        Ailment("damage", .problem, "row 7 missing from index", advises: "restore a backup") {
            $0.inspection?.damage = ["row 7 missing from index jobs_list"]
        },
        Ailment(
            "permissions", .problem, "everybody may write /d/jobs.db-wal", advises: "chmod o-rwx /d/jobs.db "
        ) {
            $0.files[1].rights = 0o666
        },
        Ailment("permissions", .warning, "everybody may read /d/jobs.db,", advises: "chmod o-rwx") {
            $0.files[0].rights = 0o644
        },
        Ailment(
            "permissions", .warning, "everybody may read /d/jobs.db.keys, with the keys",
            advises: "chmod o-rwx"
        ) {
            $0.files.append(
                DoctorFacts.File(path: "/d/jobs.db.keys", bytes: 64, rights: 0o644, owner: 1000))
        },
        Ailment("owner", .problem, "/d/jobs.db-shm belongs to another user", advises: "chown") {
            $0.files[2].owner = 0
        },
        Ailment("owner", .warning, "belongs to user 1000, and you are user 33", advises: "sudo -u") {
            $0.user = 33
        },
        Ailment("locks", .warning, "2 lock files of engines that died", advises: "rm /d/a.lock /d/b.lock") {
            $0.deadLocks = ["/d/a.lock", "/d/b.lock"]
        },
        Ailment("wal", .warning, "the write-ahead log has 200 MiB", advises: "fuser -v") {
            $0.files[1].bytes = 200 << 20
        },
        Ailment("wal", .problem, "the write-ahead log has 2.0 GiB", advises: "fuser -v") {
            $0.files[1].bytes = 2 << 30
        },
        Ailment("free_pages", .warning, "75 % of the file is free", advises: "VACUUM") {
            $0.inspection?.pages = 40_000
            $0.inspection?.freePages = 30_000
        },
        Ailment("disk", .problem, "only 100 MiB are free", advises: "df -h") { $0.freeBytes = 100 << 20 },
        Ailment("disk", .warning, "too little for a copy", advises: "df -h") {
            ($0.freeBytes, $0.files[0].bytes) = (2 << 30, 3 << 30)
        },
        Ailment("sqlite", .problem, "SQLite is 3.31.0", advises: "libsqlite3") {
            $0.libraryVersion = "3.31.0"
        },
    ]

    private static let ofLog: [Ailment] = [
        Ailment("clock", .warning, "30 s in the future", advises: "timedatectl") {
            $0.log?.moments = [now + .seconds(30)]
        },
        Ailment("clock", .problem, "1 h 00 min in the future", advises: "timedatectl") {
            $0.log?.moments = [now, now + .seconds(3_600)]
        },
        Ailment("order", .warning, "set back by 5.0 s", advises: "timedatectl") {
            $0.log?.moments = [now + .seconds(-10), now + .seconds(-15), now]
        },
        Ailment(
            "leases", .problem, "1 job has a lease that ran out; the first 2 min 00 s ago",
            advises: "holdfast serve"
        ) {
            $0.log?.leases = [lease(expired: .seconds(120)), lease(expired: .seconds(-20))]
        },
        Ailment("timers", .problem, "due for 5 min 00 s", advises: "holdfast serve") {
            $0.log?.earliestDue = now + .seconds(-300)
        },
        Ailment("queued", .problem, "no worker ever announced that kind", advises: "holdfast cancel") {
            $0.log?.oldest = [queued("mial.send", since: .seconds(7_200))]
        },
        Ailment(
            "queued", .warning, "of kind mail.send has been queued on mail for 2 h", advises: "holdfast why"
        ) {
            $0.log?.oldest = [queued("mail.send", since: .seconds(7_200))]
        },
        Ailment(
            "paused_queues", .warning, "queue mail is paused by ana: the relay is down",
            advises: "queue resume mail"
        ) {
            let pause = QueuePause(actor: .person("ana"), reason: "the relay is down", at: now)
            $0.log?.queues = [QueueState(name: "mail", pause: pause), QueueState(name: "other")]
        },
        Ailment("crashes", .warning, "crashed 3 times in a row", advises: "holdfast history") {
            $0.log?.crashing = [queued("mail.send", since: .zero, crashes: 3)]
        },
    ]

    /// Rules that let a job go which ended 43 days ago, and when jobs were last pruned.
    private static func retention(pruned: Duration?, isAlive: Bool = true) -> RetentionStanding {
        let rule = RetentionRule(kind: "mail.send", states: [.failed], age: .seconds(30 * 86_400))
        return RetentionStanding(
            policy: RetentionPolicy([rule]), engine: "e-1", isAlive: isAlive,
            configuredAt: now + .seconds(-60 * 86_400), lastPruned: pruned.map { now + (.zero - $0) },
            overdue: RetentionStanding.Overdue(
                job: JobID(at: now, random: 7), kind: "mail.send", state: .failed,
                finishedAt: now + .seconds(-43 * 86_400), rule: rule))
    }

    private static let ofRetention: [Ailment] = [
        Ailment(
            "retention", .problem,
            "a job of kind mail.send that failed 43 d 0 h ago is still there (kind=mail.send,state=failed,older-than=30d); nothing was ever pruned",
            advises: "holdfast prune --kind mail.send --state failed --older-than 30d --db jobs.db"
        ) { $0.log?.retention = retention(pruned: nil) },
        Ailment("retention", .problem, "jobs were last pruned 42 d 0 h ago", advises: "at the level error") {
            $0.log?.retention = retention(pruned: .seconds(42 * 86_400))
        },
        Ailment("retention", .warning, "jobs were last pruned 10 s ago", advises: "it is at it") {
            $0.log?.retention = retention(pruned: .seconds(10))
        },
        Ailment(
            "retention", .problem, "the engine that has the rules does not run", advises: "start it again"
        ) {
            $0.log?.retention = retention(pruned: .seconds(10), isAlive: false)
        },
    ]

    @Test(arguments: ofFile + ofLog + ofRetention)
    func `a check finds what it looks for, and advises a command`(ailment: Ailment) throws {
        var facts = Self.healthy
        ailment.cause(&facts)
        let report = DoctorReport(facts)
        let found = try #require(report.findings.first { $0.check == ailment.check }).finding
        #expect(found.level == ailment.level)
        #expect(found.sentence.contains(ailment.says), "\(found.sentence)")
        #expect(found.advice?.contains(ailment.advises) == true, "\(found)")
        // Nothing else is blamed for it.
        let others = report.findings.filter { $0.check != ailment.check && $0.finding.level != .ok }
        #expect(others.isEmpty, "\(others)")
    }

    @Test func `a healthy database is well in every respect, and each check can find something`() {
        let report = DoctorReport(Self.healthy)
        #expect(report.findings.map(\.check) == DoctorCheck.all.map(\.name))
        #expect(report.findings.allSatisfy { $0.finding.level == .ok })
        #expect(
            Set((Self.ofFile + Self.ofLog + Self.ofRetention).map(\.check))
                == Set(DoctorCheck.all.map(\.name)))
    }

    @Test func `what a paused queue holds up is not blamed on its workers`() {
        var facts = Self.healthy
        facts.log?.oldest = [Self.queued("mail.send", since: .seconds(7_200))]
        facts.log?.queues = [
            QueueState(name: "mail", pause: QueuePause(actor: .person("ana"), reason: nil, at: Self.now))
        ]
        let report = DoctorReport(facts)
        #expect(report.findings.filter { $0.finding.level != .ok }.map(\.check) == ["paused_queues"])
    }

    @Test(arguments: [30, 40, 60, 80])
    func `a report is broken at spaces and fits, but for single words`(width: Int) {
        var facts = Self.healthy
        for ailment in Self.ofFile + Self.ofLog + Self.ofRetention { ailment.cause(&facts) }
        for line in DoctorReport(facts).lines(width: width) {
            let words = line.plain.split(separator: " ").map { DisplayWidth.columns(of: $0) }
            #expect(line.width <= max(width, 9 + (words.max() ?? 0)), "\(line.plain)")
        }
    }
}
