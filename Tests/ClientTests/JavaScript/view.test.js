import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { HoldfastClient } from "../../../Sources/HoldfastServer/Clients/JavaScript/holdfast.js";
import { block, caughtUp, Clock, end, envelope, event, FakeServer, open, openWithGap, problem, snapshot } from "./fakes.js";

const folded = (events, options) => {
  const view = new HoldfastClient().job("j-1").view(options);
  for (const one of events) view.fold(one);
  return view.getSnapshot();
};
let position = 0;
const fact = (kind, data = {}) => ({ ...envelope(++position, kind, data), at: "2026-10-08T14:03:00.000000Z" });
const later = "2026-10-08T15:00:00.000000Z";
const begin = [fact("job.enqueued"), fact("job.started")];

describe("Folding", () => {
  test("nothing has come yet", () => {
    const { reconnect, ...rest } = folded([]);
    assert.deepEqual(rest, { status: null, progress: null, message: null, logs: [], checkpoints: [], isConnected: false, error: null });
    assert.equal(typeof reconnect, "function");
  });

  const histories = new URL("../../ReplayTests/Fixtures/Histories/", import.meta.url);
  const names = readdirSync(histories).filter((name) => name.endsWith(".jsonl"));
  test("there are histories", () => assert.ok(names.length > 15));
  for (const name of names) {
    test(`${name}: the status is the engine's`, () => {
      const { job } = JSON.parse(readFileSync(new URL(name.replace(".jsonl", ".state.json"), histories)));
      const events = readFileSync(new URL(name, histories), "utf8").trim().split("\n").map((line) => JSON.parse(line));
      const mine = events.filter((one) => one.job === job.id);
      assert.equal(mine.length, job.version);
      assert.equal(folded(mine).status, job.state);
    });
  }

  for (const [what, events, status] of [
    ["due later", [fact("job.enqueued", { not_before: later })], "scheduled"],
    ["due before", [fact("job.enqueued", { not_before: "2026-10-08T14:02:59.999999Z" })], "queued"],
    ["due when the timer fired", [fact("job.enqueued", { not_before: later }), fact("timer.fired", { due: later })], "queued"],
    ["a timer of a wait", [...begin, fact("timer.fired", { due: later, wait: {} })], "running"],
    ["failed, tried later", [...begin, fact("job.attemptFailed", { error: { message: "no" }, retry_at: later })], "scheduled"],
    ["asked to pause while it runs", [...begin, fact("job.paused", { deadline: later })], "running"],
    ["paused behind its step", [...begin, fact("job.paused"), fact("lease.released")], "paused"],
    ["a pause taken back", [...begin, fact("job.paused"), fact("job.unpaused"), fact("lease.released")], "queued"],
    ["finished while it was asked to pause, begun again", [...begin, fact("job.paused"), fact("job.completed"), fact("job.retried"), fact("job.started"), fact("lease.released")], "queued"],
    ["paused before it was due", [fact("job.enqueued", { not_before: later }), fact("job.paused"), fact("job.unpaused")], "scheduled"],
    ["moved while paused", [begin[0], fact("job.paused"), fact("job.rescheduled", { until: later })], "paused"],
    ["moved while paused, then resumed", [begin[0], fact("job.paused"), fact("job.rescheduled", { until: later }), fact("job.unpaused")], "scheduled"],
    ["asked to cancel", [...begin, fact("job.cancelRequested")], "running"],
    ["crashed", [...begin, fact("lease.expired")], "queued"],
    ["begun again", [...begin, fact("job.failed", { error: { message: "no" } }), fact("job.retried")], "queued"],
  ]) test(what, () => assert.equal(folded(events).status, status));

  test("progress has a fraction where one can be said", () => {
    const after = (data) => folded([...begin, fact("progress.updated", data)]);
    assert.deepEqual(after({ done: 1, total: 4, phase: "hashing", message: "row 1", counters: { skipped: 3 } }).progress,
      { done: 1, total: 4, phase: "hashing", message: "row 1", counters: { skipped: 3 }, fraction: 0.25 });
    assert.equal(after({ fraction: 0.625 }).progress.fraction, 0.625);
    assert.equal(after({ done: 9 }).progress.fraction, undefined);
    assert.equal(after({ done: 0, total: 0 }).progress.fraction, undefined);
    assert.equal(after({ done: 5, total: 4 }).progress.fraction, 1);
  });

  test("the message is the newest text for people", () => {
    const events = [...begin, fact("progress.updated", { phase: "hashing" })];
    assert.equal(folded(events).message, "hashing");
    events.push(fact("progress.updated", { phase: "hashing", message: "row 7" }));
    assert.equal(folded(events).message, "row 7");
    events.push(fact("job.failed", { error: { type: "LedgerError", message: "row 7 is no amount" } }));
    assert.equal(folded(events).message, "row 7 is no amount");
  });

  test("the newest 200 logs are kept, or as many as are asked for", () => {
    const lines = Array.from({ length: 450 }, (_, index) => fact("log.written", { level: "info", message: `line ${index}` }));
    const { logs } = folded([...begin, ...lines]);
    assert.equal(logs.length, 200);
    assert.deepEqual(logs, lines.slice(250));
    assert.equal(folded([...begin, ...lines], { logLimit: 3 }).logs.length, 3);
  });

  test("checkpoints are those that are open", () => {
    const opened = (name, occurrence) => fact("checkpoint.opened", { name, occurrence, summary: { total: 7 }, on_deadline: "reject" });
    const names = (events) => folded(events).checkpoints.map(({ name, occurrence }) => `${name}#${occurrence}`);
    const events = [...begin, opened("a", 1), opened("a", 2), opened("b", 1)];
    assert.deepEqual(names(events), ["a#1", "a#2", "b#1"]);
    assert.deepEqual(folded(events).checkpoints[0].summary, { total: 7 });
    assert.deepEqual(names([...events, opened("b", 1)]), ["a#1", "a#2", "b#1"]);
    assert.deepEqual(names([...events, fact("checkpoint.decided", { name: "a", occurrence: 2 })]), ["a#1", "b#1"]);
    assert.deepEqual(names([...events, fact("checkpoint.expired", { name: "a", occurrence: 1 })]), ["a#2", "b#1"]);
    assert.deepEqual(names([...events, fact("job.cancelled")]), []);
  });

  const whole = (state, logs = [], checkpoints = []) =>
    ({ kind: "stream.snapshot", position: "40", data: { position: "40", job: "j-1", state, steps: [], logs, checkpoints } });
  test("a snapshot replaces everything", () => {
    const line = fact("log.written", { level: "info", message: "kept" });
    const gate = (name) => fact("checkpoint.opened", { name, occurrence: 1, summary: { total: 7 } });
    const checkpoints = [gate("a"), gate("b")];
    const state = { state: "waiting", progress: { done: 1, total: 2, phase: "copying" } };
    const events = [...begin, gate("gone"), fact("log.written", { message: "gone" }), whole(state, [line], checkpoints)];
    const view = folded(events);
    assert.deepEqual([view.status, view.progress.fraction, view.message, view.logs, view.checkpoints],
      ["waiting", 0.5, "copying", [line], checkpoints.map(({ data }) => data)]);
    const after = folded([...events, fact("checkpoint.decided", { name: "a", occurrence: 1 })]);
    assert.deepEqual(after.checkpoints.map(({ name }) => name), ["b"]);
    assert.equal(folded([whole({ state: "failed", error: { message: "no room" } })]).message, "no room");
    assert.equal(folded([whole({ state: "running", pause_request: {} }), fact("lease.released")]).status, "paused");
    assert.equal(folded([whole({ state: "paused", until: later }), fact("job.unpaused")]).status, "scheduled");
  });

  test("a gap of another log forgets what was, one of pruned events does not", () => {
    const gap = (reason) => ({ kind: "stream.gap", position: "1", data: { reason, from: "9", to: "2" } });
    const events = [...begin, fact("log.written", { message: "x" })];
    assert.deepEqual([folded([...events, gap("foreign")]).status, folded([...events, gap("foreign")]).logs], [null, []]);
    assert.deepEqual([folded([...events, gap("pruned")]).status, folded([...events, gap("pruned")]).logs.length], ["running", 1]);
  });
});

async function start(t, options) {
  const server = await FakeServer.start(t);
  const clock = new Clock();
  const client = new HoldfastClient({ url: server.url, random: () => 1, ...clock.options });
  const view = client.job("j-1").view(options);
  const unsubscribe = view.subscribe(() => clock.changed());
  t.after(unsubscribe);
  /** Resolves once the snapshot is like that. */
  const shows = (condition) => clock.until(() => {
    if (condition(view.getSnapshot())) return true;
    if (clock.lengths.includes(16)) queueMicrotask(() => clock.advance(16));
    return false;
  });
  return { server, clock, view, unsubscribe, shows };
}

describe("Following", { timeout: 60_000 }, () => {
  test("subscribers are told, at most once in 16 ms, and see a new object only after a change", async (t) => {
    const { server, clock, view } = await start(t, { from: "start" });
    let calls = 0;
    view.subscribe(() => { calls += 1; });
    const before = view.getSnapshot();
    assert.equal(view.getSnapshot(), before);
    (await server.next()).send(open(0), event(1, "job.enqueued", {}), event(2, "job.started", {}), event(3), caughtUp(3));
    await clock.timer(16);
    await clock.until(() => clock.dueAfter(45_000));
    while (view.getSnapshot().logs.length === 0) await new Promise(setImmediate);
    assert.equal(calls, 0);
    clock.advance(16);
    assert.equal(calls, 1);
    assert.notEqual(view.getSnapshot(), before);
    assert.deepEqual([before.status, view.getSnapshot().status], [null, "running"]);
    assert.ok(Object.isFrozen(view.getSnapshot()));
  });

  test("the connection is shown: open, cut, open, ended", async (t) => {
    const { server, clock, shows, view } = await start(t, { from: "start" });
    const first = await server.next();
    first.send(open(0), event(1, "job.started", {}));
    await shows(({ isConnected }) => isConnected);
    first.cut();
    await shows(({ isConnected, error }) => !isConnected && error?.status === 0);
    assert.equal(view.getSnapshot().status, "running");
    await clock.timer(2000);
    clock.advance(2000);
    (await server.next()).send(open(1), event(2, "job.completed", {}), end(2));
    await shows(({ isConnected, error, status }) => status === "completed" && !isConnected && error === null);
  });

  test("a final problem is shown, and reconnect() tries once more, from the cursor", async (t) => {
    const { server, shows, view } = await start(t, { from: "start" });
    const first = await server.next();
    first.send(open(0), event(1, "job.started", {}));
    await shows(({ status }) => status === "running");
    view.getSnapshot().reconnect();
    await first.closed();
    const second = await server.next();
    assert.deepEqual(second.query, { last_event_id: "1", log: "log-1" });
    second.json(403, problem(403, "refused", "not yours"));
    await shows(({ error }) => error?.message === "not yours");
    view.getSnapshot().reconnect();
    (await server.next()).send(open(1), event(2, "job.completed", {}), end(2));
    await shows(({ status, error }) => status === "completed" && error === null);
  });

  test("the last unsubscribe closes, the next subscribe goes on from the cursor", async (t) => {
    const { server, shows, view, unsubscribe } = await start(t);
    const other = view.subscribe(() => {});
    const first = await server.next();
    first.send(open(0), snapshot(7, { state: "running" }));
    await shows(({ status }) => status === "running");
    unsubscribe();
    unsubscribe();
    assert.equal(view.getSnapshot().isConnected, true);
    other();
    await first.closed();
    assert.equal(view.getSnapshot().isConnected, false);
    t.after(view.subscribe(() => {}));
    assert.deepEqual((await server.next()).query, { last_event_id: "7", log: "log-1" });
  });

  test("a snapshot and what comes after it are one connection, with the checkpoints that are open", async (t) => {
    const { server, shows, view } = await start(t);
    const opened = (name, position) => envelope(position, "checkpoint.opened", { name, occurrence: 1 });
    const state = { state: "running", waits: { recorded: 3 } };
    (await server.next()).send(open(0), snapshot(7, state, [opened("a", 3), opened("b", 5)]),
      event(8, "checkpoint.decided", { name: "b", occurrence: 1 }), event(9));
    await shows(({ logs }) => logs.length === 1);
    assert.deepEqual(view.getSnapshot().checkpoints, [{ name: "a", occurrence: 1 }]);
    assert.equal(server.exchanges.length, 1);
  });

  test("a view that is cut between stream.open and stream.gap goes on from its cursor of the old log", async (t) => {
    const { server, clock, shows, view } = await start(t, { from: "start" });
    const first = await server.next();
    first.send(open(0), event(1, "job.started", {}), event(2));
    await shows(({ logs }) => logs.length === 1);
    first.cut();
    await clock.timer(2000);
    clock.advance(2000);
    (await server.next()).end(openWithGap(2, { log: "log-2" })[0]);
    await clock.timer(4000);
    view.getSnapshot().reconnect();
    const third = await server.next();
    assert.deepEqual(third.query, { last_event_id: "2", log: "log-1" });
    third.send(...openWithGap(2, { log: "log-2" }), event(1, "job.enqueued", {}), caughtUp(1));
    await shows(({ status, logs }) => status === "queued" && logs.length === 0);
  });

  test("without a job nothing is asked", async (t) => {
    const asked = [];
    const client = new HoldfastClient({ fetch: async (url) => asked.push(url) });
    t.after(client.job(undefined).view().subscribe(() => {}));
    await new Promise(setImmediate);
    assert.deepEqual(asked, []);
  });

  test("rotate shows that the connection is gone", async (t) => {
    const { server, shows } = await start(t);
    (await server.next()).send(open(0), caughtUp(0), block(0, "stream.rotate", { reason: "shutdown" }, 1000));
    await shows(({ isConnected, error }) => !isConnected && error === null);
  });
});
