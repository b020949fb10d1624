import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HoldfastClient } from "../../../Sources/HoldfastServer/Clients/JavaScript/holdfast.js";
import { caughtUp, Clock, Collector, event, FakeServer, open, page, problem } from "./fakes.js";

async function start(t, options = {}, choice = { from: "start" }) {
  const server = await FakeServer.start(t);
  const clock = new Clock();
  const client = new HoldfastClient({ url: server.url, random: () => 1, ...clock.options, ...options });
  const closing = new AbortController();
  t.after(() => closing.abort());
  const errors = [];
  const onError = (error) => errors.push(error.code ?? error.message);
  const events = new Collector(client.job("j-1").events({ signal: closing.signal, onError, ...choice }));
  return { server, clock, client, events, errors };
}

/** Lets a stream fall silent for 45 s, and the rest after it pass. */
async function fallSilent(server, clock, rest) {
  const exchange = await server.next();
  exchange.send(open(0), caughtUp(0));
  await clock.timer(45_000);
  clock.advance(45_000);
  await exchange.closed();
  await clock.timer(rest);
  clock.advance(rest);
}

/** Keeps a stream back until the client polls; gives the first poll. */
async function holdBack(server, clock) {
  await server.next();
  await clock.timer(5000);
  clock.advance(5000);
  await clock.timer(0);
  clock.advance(0);
  return server.next();
}

describe("Silence", { timeout: 60_000 }, () => {
  test("a stream on which nothing comes for 45 s is given up", async (t) => {
    const { server, clock, events, errors } = await start(t);
    const first = await server.next();
    first.send(open(0), event(1));
    await events.has("log.written");
    await clock.timer(45_000);
    clock.advance(44_999);
    assert.deepEqual(errors, []);
    clock.advance(1);
    await first.closed();
    await clock.timer(2000);
    assert.deepEqual(errors, ["silence"]);
    clock.advance(2000);
    assert.equal((await server.next()).query.last_event_id, "1");
  });

  test("a heartbeat is a sign of life", async (t) => {
    const { server, clock, errors } = await start(t);
    const first = await server.next();
    first.send(open(0), caughtUp(0));
    for (let beat = 0; beat < 4; beat += 1) {
      await clock.timer(45_000);
      clock.advance(40_000);
      first.send(":\n");
      await clock.until(() => clock.dueAfter(clock.time + 45_000));
    }
    assert.deepEqual([errors, first.isClosed], [[], false]);
  });

  test("a slow reader is not taken for a silent server", async (t) => {
    const { server, clock, client } = await start(t);
    (await server.next()).cut();
    const iterator = client.job("j-2").events({ from: "start" });
    const first = iterator.next();
    const exchange = await server.next();
    exchange.send(open(0) + event(1));
    await first;
    clock.advance(3_600_000);
    assert.equal((await iterator.next()).value.position, "1");
    assert.equal(exchange.isClosed, false);
    await iterator.return();
    await exchange.closed();
  });
});

describe("A fetch that lost its signal, as that of Node 18 may", { timeout: 60_000 }, () => {
  const fetch = (url, { signal, ...options }) => globalThis.fetch(url, options);

  test("a silent stream is given up and closed all the same", async (t) => {
    const { server, clock } = await start(t, { fetch });
    await fallSilent(server, clock, 2000);
    (await server.next()).json(204);
  });

  test("so is one that the caller stops, and the answer that never comes is not waited for", async (t) => {
    const { server, client } = await start(t, { fetch });
    (await server.next()).json(204);
    const closing = new AbortController();
    const events = new Collector(client.job("j-2").events({ from: "start", signal: closing.signal }));
    const stream = await server.next();
    stream.send(open(0), caughtUp(0));
    await events.has("stream.caught_up");
    const waiting = new Collector(client.job("j-3").events({ signal: closing.signal }));
    await server.next();
    closing.abort();
    await Promise.all([events.done, waiting.done, stream.closed()]);
    assert.deepEqual([events.error.name, waiting.error.name], ["AbortError", "AbortError"]);
  });
});

describe("Long-polling", { timeout: 60_000 }, () => {
  for (const [what, answer] of [["no answer", () => {}], ["an answer without a byte", (exchange) => exchange.send()]]) {
    test(`${what} within 5 s, and it polls`, async (t) => {
      const { server, clock, events, errors } = await start(t);
      const stream = await server.next();
      answer(stream);
      await clock.timer(5000);
      clock.advance(5000);
      await stream.closed();
      await clock.timer(0);
      clock.advance(0);
      const first = await server.next();
      assert.deepEqual(errors, ["first-byte"]);
      assert.equal(first.path, "/v1/jobs/j-1/events");
      assert.deepEqual(first.query, { format: "json", wait: "0", from: "start" });
      first.json(200, page([1, 2], { next: 2 }));
      const second = await server.next();
      assert.deepEqual(second.query, { format: "json", wait: "0", last_event_id: "2", log: "log-1" });
      second.json(200, page([3], { through: 7 }));
      const third = await server.next();
      assert.deepEqual(third.query, { format: "json", wait: "25", last_event_id: "7", log: "log-1" });
      assert.deepEqual(events.kinds.slice(-1), ["stream.caught_up"]);
      third.json(200, page([], { through: 9 }));
      const fourth = await server.next();
      assert.deepEqual(fourth.query, { format: "json", wait: "25", last_event_id: "9", log: "log-1" });
      fourth.json(200, page([9, 12]));
      (await server.next()).json(204);
      await events.done;
      assert.deepEqual(events.positions, [1, 2, 3, 12]);
      assert.equal(events.error, undefined);
    });
  }

  test("a stream that falls silent twice in a row is polled", async (t) => {
    const { server, clock } = await start(t);
    await fallSilent(server, clock, 2000);
    await fallSilent(server, clock, 0);
    assert.equal((await server.next()).path, "/v1/jobs/j-1/events");
  });

  test("a heartbeat between two silences says that streams get through", async (t) => {
    const { server, clock } = await start(t);
    await fallSilent(server, clock, 2000);
    const second = await server.next();
    second.send(open(0), caughtUp(0));
    await clock.timer(45_000);
    clock.advance(1);
    second.send(":\n");
    await clock.until(() => clock.dueAfter(clock.time + 45_000));
    clock.advance(45_000);
    await clock.timer(2000);
    clock.advance(2000);
    assert.equal((await server.next()).path, "/v1/jobs/j-1/stream");
  });

  test("a poll that fails goes back to the stream, after a rest", async (t) => {
    const { server, clock } = await start(t);
    (await holdBack(server, clock)).json(503, "", { "retry-after": "11" });
    await clock.timer(11_000);
    clock.advance(11_000);
    assert.equal((await server.next()).path, "/v1/jobs/j-1/stream");
  });

  test("a poll that is not answered for 45 s is given up", async (t) => {
    const { server, clock, errors } = await start(t);
    const poll = await holdBack(server, clock);
    await clock.timer(45_000);
    clock.advance(45_000);
    await poll.closed();
    await clock.timer(4000);
    assert.deepEqual(errors, ["first-byte", "silence"]);
  });

  test("a cursor of another log is a gap, and goes on at that log's first event", async (t) => {
    const { server, clock, events } = await start(t, {}, { after: "500", log: "log-0" });
    const first = await holdBack(server, clock);
    assert.deepEqual(first.query, { format: "json", wait: "0", last_event_id: "500", log: "log-0" });
    first.json(409, { ...problem(409, "foreign-cursor", "another log"), log: "log-1", earliest: "41", tail: "60" });
    const second = await server.next();
    assert.deepEqual(second.query, { format: "json", wait: "0", last_event_id: "40", log: "log-1" });
    second.json(200, page([41, 42]));
    await events.has("stream.caught_up");
    assert.deepEqual(events.items[0], { kind: "stream.gap", position: "40", data: { reason: "foreign", from: "500", to: "41" } });
    assert.deepEqual(events.positions, [41, 42]);
  });

  test("pruned events are a gap of the same log", async (t) => {
    const { server, clock, events } = await start(t, {}, { after: "4", log: "log-1" });
    const refusal = { ...problem(410, "pruned-cursor", "the events were pruned"), earliest: "9007199254740994" };
    (await holdBack(server, clock)).json(410, refusal);
    const second = await server.next();
    assert.deepEqual(second.query, { format: "json", wait: "0", last_event_id: "9007199254740993", log: "log-1" });
    assert.deepEqual(events.items[0].data, { reason: "pruned", from: "4", to: "9007199254740994" });
    second.json(410, refusal);
    await events.done;
    assert.equal(events.error.status, 410, "a place that the server itself told is not refused for ever");
  });

  test("a page on which a filter left nothing moves the cursor all the same", async (t) => {
    const { server, clock } = await start(t, {}, { after: "4" });
    (await holdBack(server, clock)).json(200, page([], { next: 300, through: 300 }));
    const second = await server.next();
    assert.deepEqual(second.query, { format: "json", wait: "0", last_event_id: "300", log: "log-1" });
  });

  test("a final problem is final in a poll too", async (t) => {
    const { server, clock, events } = await start(t);
    (await holdBack(server, clock)).json(404, problem(404, "unknown-job", "there is no such job"));
    await events.done;
    assert.equal(events.error.message, "there is no such job");
  });
});
