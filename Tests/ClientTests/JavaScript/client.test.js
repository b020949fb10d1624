import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HoldfastClient, HoldfastError } from "../../../Sources/HoldfastServer/Clients/JavaScript/holdfast.js";
import { caughtUp, Clock, Collector, end, event, FakeServer, open, page, problem } from "./fakes.js";

async function start(t, options = {}) {
  const server = await FakeServer.start(t);
  const clock = new Clock();
  return { server, clock, client: new HoldfastClient({ url: server.url, random: () => 1, ...clock.options, ...options }) };
}

/** Sees one call: what it asks for, with the answer it gets. */
async function seen(server, promise, answer = {}, status = 200) {
  const exchange = await server.next();
  exchange.json(status, answer);
  assert.deepEqual(await promise, answer);
  return [exchange.method, exchange.url, exchange.body === "" ? undefined : JSON.parse(exchange.body)];
}

describe("Calls", { timeout: 60_000 }, () => {
  test("each command asks what the server documents", async (t) => {
    const { server, client } = await start(t);
    const job = client.job("j-1");
    const body = { kind: "inventory", input: { path: "/usr" } };
    assert.deepEqual(await seen(server, client.enqueue(body), { id: "j-1" }, 201), ["POST", "/v1/jobs", body]);
    assert.deepEqual(await seen(server, job.get(), { id: "j-1" }), ["GET", "/v1/jobs/j-1", undefined]);
    for (const name of ["cancel", "pause", "resume", "retry"]) {
      assert.deepEqual(await seen(server, job[name]({ reason: "sent twice" })),
        ["POST", `/v1/jobs/j-1/${name}`, { reason: "sent twice" }]);
      assert.deepEqual(await seen(server, job[name]()), ["POST", `/v1/jobs/j-1/${name}`, {}]);
    }
    assert.deepEqual(await seen(server, job.decide("post to/books", "approve", { reason: "checked", data: 7 })),
      ["POST", "/v1/jobs/j-1/checkpoints/post%20to%2Fbooks", { decision: "approve", reason: "checked", data: 7 }]);
    assert.deepEqual(await seen(server, job.decide("gate", "reject", { occurrence: 2 })),
      ["POST", "/v1/jobs/j-1/checkpoints/gate/2", { decision: "reject" }]);
  });

  test("checkpoints() gives the list", async (t) => {
    const { server, client } = await start(t);
    const list = client.job("j-1").checkpoints();
    const exchange = await server.next();
    assert.equal(exchange.url, "/v1/jobs/j-1/checkpoints");
    exchange.json(200, { checkpoints: [{ name: "gate" }] });
    assert.deepEqual(await list, [{ name: "gate" }]);
  });

  test("a signal has its payload and, when it has a key, names the delivery", async (t) => {
    const { server, client } = await start(t);
    const first = client.job("j-1").signal("payment", { amount: 120 }, "bank-2217");
    const exchange = await server.next();
    exchange.json(200, {});
    await first;
    assert.equal(exchange.headers["idempotency-key"], "bank-2217");
    assert.equal(exchange.headers["content-type"], "application/json");
    assert.deepEqual(JSON.parse(exchange.body), { name: "payment", payload: { amount: 120 } });
    const second = client.job("j-1").signal("go");
    const plain = await server.next();
    plain.json(200, {});
    await second;
    assert.equal(plain.headers["idempotency-key"], undefined);
    assert.deepEqual(JSON.parse(plain.body), { name: "go", payload: null });
  });

  test("a refusal is an error with the problem, and is not repeated", async (t) => {
    const { server, client } = await start(t);
    const call = client.job("j-1").cancel();
    const body = { ...problem(409, "job-ended", "the job has ended: it is completed"), state: "completed" };
    (await server.next()).json(409, body);
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof HoldfastError && error instanceof Error);
      assert.deepEqual([error.name, error.status, error.problem, error.isRetryable], ["HoldfastError", 409, body, false]);
      return true;
    });
  });

  test("an answer that is no problem, or none at all, is an error too", async (t) => {
    const { server, client } = await start(t);
    const call = client.job("j-1").get();
    const exchange = await server.next();
    exchange.response.writeHead(502, { "content-type": "text/html" });
    exchange.response.end("<h1>Bad Gateway</h1>");
    await assert.rejects(call, { message: "the server answered 502", status: 502, problem: null, isRetryable: true });
    const lost = client.job("j-1").get();
    (await server.next()).cut();
    await assert.rejects(lost, (error) => error instanceof HoldfastError && error.status === 0 && error.cause !== undefined);
  });
});

describe("Tokens", { timeout: 60_000 }, () => {
  test("a token goes into the header and never into the address", async (t) => {
    const { server, client } = await start(t, { token: "secret-1" });
    const events = new Collector(client.job("j-1").events());
    const exchange = await server.next();
    assert.equal(exchange.headers.authorization, "Bearer secret-1");
    assert.ok(!exchange.url.includes("secret"));
    exchange.json(204);
    await events.done;
    const call = client.job("j-1").get();
    const other = await server.next();
    other.json(200, {});
    await call;
    assert.equal(other.headers.authorization, "Bearer secret-1");
  });

  test("a function is asked for each request, and may take its time", async (t) => {
    let count = 0;
    const { server, clock, client } = await start(t, { token: async () => `secret-${++count}` });
    const events = new Collector(client.job("j-1").events());
    const first = await server.next();
    assert.equal(first.headers.authorization, "Bearer secret-1");
    first.cut();
    await clock.timer(2000);
    clock.advance(2000);
    const second = await server.next();
    assert.equal(second.headers.authorization, "Bearer secret-2");
    second.json(204);
    await events.done;
  });

  test("a function that fails is asked again later", async (t) => {
    let count = 0;
    const token = () => (count++ === 0 ? Promise.reject(new Error("offline")) : "secret");
    const { server, clock, client } = await start(t, { token });
    const events = new Collector(client.job("j-1").events());
    await clock.timer(2000);
    clock.advance(2000);
    (await server.next()).json(204);
    await events.done;
    assert.equal(events.error, undefined);
  });

  test("without a token there is no header", async (t) => {
    const { server, client } = await start(t);
    client.job("j-1").get().catch(() => {});
    assert.equal((await server.next()).headers.authorization, undefined);
  });
});

describe("Many jobs", { timeout: 60_000 }, () => {
  test("filters are sent with each request, lists repeated", async (t) => {
    const { server, clock, client } = await start(t);
    const closing = new AbortController();
    t.after(() => closing.abort());
    const events = new Collector(client.events({ kind: "inventory", queue: ["a", "b"], types: ["job.completed"], owner: undefined, signal: closing.signal }));
    const first = await server.next();
    assert.equal(first.path, "/v1/stream");
    const filters = { kind: "inventory", queue: ["a", "b"], types: "job.completed" };
    assert.deepEqual(first.query, filters);
    first.send(open(70), caughtUp(70), `id: 90\nevent: stream.position\ndata: {"position":"90"}\n\n`);
    await events.has("stream.position");
    first.cut();
    await clock.timer(2000);
    clock.advance(2000);
    const second = await server.next();
    assert.deepEqual(second.query, { ...filters, last_event_id: "90", log: "log-1" });
    await clock.timer(5000);
    clock.advance(5000);
    await clock.timer(0);
    clock.advance(0);
    const poll = await server.next();
    assert.deepEqual([poll.path, poll.query], ["/v1/stream", { ...filters, format: "json", wait: "0", last_event_id: "90", log: "log-1" }]);
    poll.json(200, page([95]));
    await events.has("log.written", 95);
  });
});

describe("As an EventTarget", { timeout: 60_000 }, () => {
  test("blocks are MessageEvents as EventSource gives them, with open, error and close", async (t) => {
    const { server, clock, client } = await start(t);
    const target = client.job("j-1").target({ from: "start" });
    const heard = [];
    for (const name of ["open", "error", "close", "log.written", "stream.end"]) {
      target.addEventListener(name, (event) => heard.push([event.type, event.lastEventId, event.data, event.error?.status]));
    }
    const written = new Promise((resolve) => target.addEventListener("log.written", resolve, { once: true }));
    const first = await server.next();
    first.send(open(0), event(1));
    await written;
    first.cut();
    await clock.timer(2000);
    clock.advance(2000);
    const closed = new Promise((resolve) => target.addEventListener("close", resolve));
    (await server.next()).send(open(1), end(1));
    await closed;
    const text = event(1).match(/data: (.*)/)[1];
    assert.deepEqual(heard, [
      ["open", undefined, undefined, undefined], ["log.written", "1", text, undefined],
      ["error", undefined, undefined, 0], ["open", undefined, undefined, undefined],
      ["stream.end", "1", end(1).match(/data: (.*)/)[1], undefined], ["close", undefined, undefined, undefined],
    ]);
  });

  test("a final problem is an error and then a close", async (t) => {
    const { server, client } = await start(t);
    const target = client.job("j-1").target();
    const heard = [];
    target.addEventListener("error", ({ error }) => heard.push(error.message));
    const closed = new Promise((resolve) => target.addEventListener("close", resolve));
    (await server.next()).json(404, problem(404, "unknown-job", "there is no such job"));
    await closed;
    assert.deepEqual(heard, ["there is no such job"]);
  });

  test("close() closes the connection and is no error", async (t) => {
    const { server, client } = await start(t);
    const target = client.target({ types: "job.completed" });
    const heard = [];
    target.addEventListener("error", () => heard.push("error"));
    const closed = new Promise((resolve) => target.addEventListener("close", resolve));
    const opened = new Promise((resolve) => target.addEventListener("open", resolve));
    const exchange = await server.next();
    exchange.send(open(0));
    await opened;
    target.close();
    await closed;
    await exchange.closed();
    assert.deepEqual(heard, []);
  });
});
