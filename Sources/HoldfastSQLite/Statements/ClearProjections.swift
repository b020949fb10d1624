import HoldfastStore

extension Connection {
    /// Empties the tables that follow from the log; the leases and the large values do not.
    func clearProjections() throws(StoreError) {
        try execute(
            #"""
            DELETE FROM jobs;
            DELETE FROM job_tags;
            DELETE FROM steps;
            DELETE FROM waits;
            DELETE FROM counters;
            DELETE FROM snapshots;
            DELETE FROM past_states;
            DELETE FROM content_uses;
            DELETE FROM pruned_jobs;
            DELETE FROM worker_kinds;
            DELETE FROM bulk_operations;
            DELETE FROM requests;
            DELETE FROM artifacts;
            DELETE FROM schedules;
            DELETE FROM queues;
            DELETE FROM queue_heads;
            DELETE FROM running_keys;
            """#, for: "clear the projections")
    }
}
