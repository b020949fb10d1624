import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HoldfastClient, HoldfastError } from "../../../Sources/HoldfastServer/Clients/JavaScript/holdfast.js";
import { block, caughtUp, Clock, Collector, end, event, FakeServer, open, openWithGap, problem, snapshot } from "./fakes.js";

/** A client, its server and its clock; `random` is what chance gives, from 0 to 1. */
async function start(t, options = {}) {
  const server = await FakeServer.start(t);
  const clock = new Clock();
  const client = new HoldfastClient({ url: server.url, random: () => 1, ...clock.options, ...options });
  const read = (choice = {}, id = "j-1") => {
    const closing = new AbortController();
    t.after(() => closing.abort());
    return new Collector(client.job(id).events({ signal: closing.signal, ...choice }));
  };
  return { server, clock, client, read };
}

/** Answers the next request, and lets the rest after it pass, which must be of that length. */
async function cutAndRest(server, clock, milliseconds, ...texts) {
  const exchange = await server.next();
  exchange.end(...texts);
  await clock.timer(milliseconds);
  clock.advance(milliseconds);
}

describe("Reconnecting", { timeout: 60_000 }, () => {
  test("the first request says only what the caller said", async (t) => {
    const { server, read } = await start(t);
    read({}, "a b/c");
    assert.equal((await server.next()).url, "/v1/jobs/a%20b%2Fc/stream");
    read({ from: "last:50" });
    assert.equal((await server.next()).url, "/v1/jobs/j-1/stream?from=last%3A50");
    read({ after: "41", log: "log-7" });
    assert.deepEqual((await server.next()).query, { last_event_id: "41", log: "log-7" });
  });

  test("after a cut the cursor and the log are sent in the query, and nothing is lost or doubled", async (t) => {
    const { server, clock, read } = await start(t);
    const events = read({ from: "start" });
    const first = await server.next();
    first.send(open(0), event(1), event(2));
    await events.has("log.written", 2);
    first.cut();
    await clock.timer(2000);
    clock.advance(2000);
    const second = await server.next();
    assert.deepEqual(second.query, { last_event_id: "2", log: "log-1" });
    assert.equal(second.headers["last-event-id"], undefined);
    second.send(open(2), event(3), end(3));
    await events.done;
    assert.deepEqual(events.positions, [1, 2, 3]);
    assert.equal(events.error, undefined);
  });

  test("a torn block is not delivered and comes again", async (t) => {
    const { server, clock, read } = await start(t);
    const events = read({ from: "start" });
    await cutAndRest(server, clock, 2000, open(0), event(1), event(2).slice(0, -1));
    const second = await server.next();
    assert.equal(second.query.last_event_id, "1");
    second.send(event(2), end(2));
    await events.done;
    assert.deepEqual(events.positions, [1, 2]);
  });

  test("a cut before the snapshot asks for the snapshot again", async (t) => {
    const { server, clock, read } = await start(t);
    const events = read();
    await cutAndRest(server, clock, 2000, open(0));
    const second = await server.next();
    assert.deepEqual(second.query, {});
    second.send(open(0), snapshot(40));
    await events.has("stream.snapshot");
    second.cut();
    await clock.timer(4000);
    clock.advance(4000);
    assert.equal((await server.next()).query.last_event_id, "40");
  });

  test("a cut before the first event goes on where stream.open said", async (t) => {
    const { server, clock, read } = await start(t);
    read({ from: "now" });
    await cutAndRest(server, clock, 2000, open(77));
    assert.deepEqual((await server.next()).query, { last_event_id: "77", log: "log-1" });
  });

  test("positions are compared as numbers of any length", async (t) => {
    const { server, read } = await start(t);
    const events = read({ from: "start" });
    (await server.next()).send(event(9), event(10), event("9007199254740992"), event("9007199254740993"),
      event("9007199254740992"), event(99), end("9007199254740993"));
    await events.done;
    assert.deepEqual(events.items.map(({ position }) => position),
      ["9", "10", "9007199254740992", "9007199254740993", "9007199254740993"]);
  });

  test("a cursor may be given as a number", async (t) => {
    const { server, read } = await start(t);
    const events = read({ after: 9 });
    (await server.next()).send(open(9), event(9), event(10), end(10));
    await events.done;
    assert.deepEqual(events.positions, [10]);
  });

  test("what the server repeats is not delivered twice", async (t) => {
    const { server, clock, read } = await start(t);
    const events = read({ from: "start" });
    await cutAndRest(server, clock, 2000, open(0), event(1), event(2), event(2), event(1), event(3));
    (await server.next()).send(open(0), event(1), event(2), event(3), event(4), end(4));
    await events.done;
    assert.deepEqual(events.positions, [1, 2, 3, 4]);
  });
});

describe("Backoff", { timeout: 60_000 }, () => {
  test("the limit doubles from the server's retry up to the cap", async (t) => {
    const { server, clock, read } = await start(t, { retryLimit: 3000 });
    read({ from: "start" });
    for (const rest of [500, 1000, 2000, 3000, 3000]) {
      await cutAndRest(server, clock, rest, open(0, { retry: 500 }));
    }
  });

  test("chance takes any part of it, also none", async (t) => {
    const chances = [0.5, 0, 0.25];
    const { server, clock, read } = await start(t, { random: () => chances.shift() });
    read({ from: "start" });
    for (const rest of [500, 0, 1000]) await cutAndRest(server, clock, rest, open(0, { retry: 1000 }));
  });

  test("it begins anew once an event arrives", async (t) => {
    const { server, clock, read } = await start(t);
    read({ from: "start" });
    await cutAndRest(server, clock, 2000, open(0));
    await cutAndRest(server, clock, 4000, open(0), caughtUp(0));
    await cutAndRest(server, clock, 2000, open(0), event(1));
    await cutAndRest(server, clock, 4000, open(1));
  });

  test("it begins anew once a heartbeat arrives", async (t) => {
    const { server, clock, read } = await start(t);
    const events = read({ from: "start" });
    await cutAndRest(server, clock, 2000, open(0));
    const second = await server.next();
    second.send(open(0), caughtUp(0));
    await events.has("stream.caught_up");
    second.send(":\n");
    second.response.end();
    await clock.timer(2000);
  });

  test("a server that is not there is tried again, and the caller is told", async (t) => {
    const errors = [];
    const { server, clock, client } = await start(t, {});
    const { port } = server.http.address();
    await new Promise((resolve) => server.http.close(resolve));
    const events = new Collector(client.job("j-1").events({ onError: (error, rest) => errors.push([error, rest]) }));
    await clock.timer(2000);
    assert.ok(errors[0][0] instanceof HoldfastError);
    assert.deepEqual([errors[0][0].status, errors[0][1]], [0, 2000]);
    server.http.listen(port, "127.0.0.1");
    await new Promise((resolve) => server.http.once("listening", resolve));
    clock.advance(2000);
    (await server.next()).json(204);
    await events.done;
    assert.equal(events.error, undefined);
  });

  for (const status of [429, 503]) {
    test(`${status} with Retry-After is waited for`, async (t) => {
      const { server, clock, read } = await start(t, { random: () => 0 });
      const events = read();
      (await server.next()).json(status, problem(status, "unavailable", "come later"), { "retry-after": "7" });
      await clock.timer(7000);
      clock.advance(6999);
      assert.equal(server.exchanges.length, 1);
      clock.advance(1);
      (await server.next()).json(status, "", { "retry-after": new Date(clock.time + 9000).toUTCString() });
      await clock.timer(9000);
      clock.advance(9000);
      (await server.next()).json(204);
      await events.done;
      assert.equal(events.error, undefined);
    });
  }

  for (const status of [408, 500, 502]) {
    test(`${status} is tried again`, async (t) => {
      const { server, clock, read } = await start(t);
      const events = read();
      (await server.next()).json(status, undefined, { "retry-after": "soon" });
      await clock.timer(2000);
      clock.advance(2000);
      (await server.next()).json(204);
      await events.done;
      assert.equal(events.error, undefined);
    });
  }

  test("a Retry-After longer than a timer can be does not make it fire at once", async (t) => {
    const { server, clock, read } = await start(t);
    read();
    (await server.next()).json(503, "", { "retry-after": "99999999" });
    await clock.timer(2 ** 31 - 1);
  });

  test("stream.rotate connects again after its retry, and is no failure", async (t) => {
    const errors = [];
    const { server, clock, read } = await start(t, { random: () => 0.5 });
    const events = read({ from: "start", onError: (error) => errors.push(error) });
    const first = await server.next();
    first.send(open(0), event(1), block(1, "stream.rotate", { reason: "shutdown" }, 1317));
    await events.has("stream.rotate");
    await first.closed();
    await clock.timer(1317);
    clock.advance(1317);
    assert.deepEqual(errors, []);
    await cutAndRest(server, clock, 1000, open(1));
    assert.equal(errors.length, 1);
    assert.equal((await server.next()).query.last_event_id, "1");
  });
});

describe("The end", { timeout: 60_000 }, () => {
  test("stream.end ends, and the client closes first", async (t) => {
    const { server, read } = await start(t);
    const events = read({ from: "start" });
    const exchange = await server.next();
    exchange.send(open(0), event(1), end(1));
    await events.done;
    await exchange.closed();
    assert.deepEqual(events.kinds, ["stream.open", "log.written", "stream.end"]);
    assert.equal(server.exchanges.length, 1);
  });

  test("204 ends", async (t) => {
    const { server, read } = await start(t);
    const events = read({ after: "9" });
    (await server.next()).json(204);
    await events.done;
    assert.deepEqual([events.items, events.error, server.exchanges.length], [[], undefined, 1]);
  });

  for (const status of [400, 401, 403, 404, 409, 410, 422]) {
    test(`${status} is final, with the problem's text`, async (t) => {
      const { server, read } = await start(t);
      const events = read();
      const body = problem(status, "unknown-job", "there is no such job");
      (await server.next()).json(status, body);
      await events.done;
      assert.ok(events.error instanceof HoldfastError);
      assert.equal(events.error.message, "there is no such job");
      assert.deepEqual([events.error.status, events.error.problem], [status, body]);
      assert.equal(server.exchanges.length, 1);
    });
  }

  test("a page that is no event stream is final", async (t) => {
    const { server, read } = await start(t);
    const events = read();
    (await server.next()).json(200, {});
    await events.done;
    assert.match(events.error.message, /application\/json, not an event stream/);
  });

  test("a gap is reported, and the cursor goes back with it", async (t) => {
    const { server, clock, read } = await start(t);
    const events = read({ after: "500", log: "log-0" });
    await cutAndRest(server, clock, 2000, ...openWithGap(500), event(1), event(2));
    assert.deepEqual((await server.next()).query, { last_event_id: "2", log: "log-1" });
    assert.deepEqual(events.items[1], { kind: "stream.gap", position: "0", data: { reason: "foreign", from: "500", to: "1" } });
    assert.deepEqual(events.positions, [1, 2]);
  });

  for (const [what, log] of [["of another log", { log: "log-0" }], ["that names no log", {}]]) {
    test(`a reader ${what} that is cut between stream.open and stream.gap still hears of the gap`, async (t) => {
      const { server, clock, read } = await start(t);
      const events = read({ from: "start", after: "500", ...log });
      await cutAndRest(server, clock, 2000, openWithGap(500)[0]);
      const second = await server.next();
      assert.deepEqual(second.query, { last_event_id: "500", ...log });
      second.send(...openWithGap(500), event(1), end(1));
      await events.done;
      assert.deepEqual([events.kinds.includes("stream.gap"), events.positions], [true, [1]]);
    });
  }
});

describe("Stopping", { timeout: 60_000 }, () => {
  test("break closes the connection", async (t) => {
    const { server, client } = await start(t);
    const reading = (async () => {
      for await (const { kind } of client.job("j-1").events({ from: "start" })) if (kind === "log.written") break;
    })();
    const exchange = await server.next();
    exchange.send(open(0), event(1), event(2));
    await reading;
    await exchange.closed();
  });

  test("a signal closes the connection and throws its reason", async (t) => {
    const { server, read } = await start(t);
    const closing = new AbortController();
    const events = read({ from: "start", signal: closing.signal });
    const exchange = await server.next();
    exchange.send(open(0), event(1));
    await events.has("log.written");
    closing.abort(new Error("enough"));
    await events.done;
    await exchange.closed();
    assert.equal(events.error.message, "enough");
  });

  test("a signal ends the rest between two connections, and the wait for an answer", async (t) => {
    const { server, clock, read } = await start(t);
    const closing = new AbortController();
    const events = read({ signal: closing.signal });
    (await server.next()).cut();
    await clock.timer(2000);
    closing.abort();
    await events.done;
    assert.equal(events.error.name, "AbortError");
    assert.deepEqual(clock.lengths, []);
    const other = new AbortController();
    const waiting = read({ signal: other.signal });
    const exchange = await server.next();
    other.abort();
    await waiting.done;
    await exchange.closed();
    assert.equal(waiting.error.name, "AbortError");
  });

  test("a signal that was aborted before asks nothing", async (t) => {
    const { server, read } = await start(t);
    const events = read({ signal: AbortSignal.abort() });
    await events.done;
    assert.deepEqual([events.error.name, server.exchanges.length], ["AbortError", 0]);
  });

  test("after a signal nothing more is delivered of what has come already", async (t) => {
    const { server, client } = await start(t);
    const closing = new AbortController();
    const iterator = client.job("j-1").events({ from: "start", signal: closing.signal });
    const first = iterator.next();
    (await server.next()).send(open(0) + event(1) + event(2));
    await first;
    closing.abort();
    await assert.rejects(iterator.next(), { name: "AbortError" });
  });
});
