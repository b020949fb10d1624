/// The schema of the SQLite store: what has to be run, in this order, on a file that lacks it.
///
/// A migration that was released is never edited, because its hash is kept in every file that it was applied
/// to. A new one is a file `sql/V00NN_name.sql` and a line here.
package enum Migrations {
    /// All migrations, numbered from 1 without a hole.
    package static let all: [Migration] = [
        Migration(version: 1, name: "event_log", text: PackageResources.V0001_event_log_sql),
        Migration(version: 2, name: "projections", text: PackageResources.V0002_projections_sql),
        Migration(version: 3, name: "leases", text: PackageResources.V0003_leases_sql),
        Migration(version: 4, name: "artifacts", text: PackageResources.V0004_artifacts_sql),
        Migration(version: 5, name: "unfinished_keys", text: PackageResources.V0005_unfinished_keys_sql),
        Migration(version: 6, name: "waits", text: PackageResources.V0006_waits_sql),
        Migration(version: 7, name: "schedules", text: PackageResources.V0007_schedules_sql),
        Migration(version: 8, name: "queues", text: PackageResources.V0008_queues_sql),
        Migration(version: 9, name: "bulk_operations", text: PackageResources.V0009_bulk_operations_sql),
        Migration(version: 10, name: "requests", text: PackageResources.V0010_requests_sql),
        Migration(version: 11, name: "time_travel", text: PackageResources.V0011_time_travel_sql),
        Migration(version: 12, name: "worker_events", text: PackageResources.V0012_worker_events_sql),
        Migration(version: 13, name: "retention", text: PackageResources.V0013_retention_sql, refolds: true),
    ]
}

/// One step of the schema.
package struct Migration: Sendable {
    /// Its number, from 1.
    package let version: Int
    /// What it brings, as in the name of its file.
    package let name: String
    /// Its SQL, as in its file.
    package let text: String
    /// Whether what follows from the log has to be folded anew once it was applied.
    ///
    /// Only the last one that does counts, so it is asked for again until it was done.
    package let refolds: Bool

    /// Names a step of the schema.
    package init(version: Int, name: String, text: String, refolds: Bool = false) {
        self.version = version
        self.name = name
        self.text = text
        self.refolds = refolds
    }

    fileprivate init(version: Int, name: String, text: [UInt8], refolds: Bool = false) {
        self.init(
            version: version, name: name, text: String(decoding: text, as: UTF8.self), refolds: refolds)
    }
}
