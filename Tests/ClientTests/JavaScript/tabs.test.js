import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HoldfastClient } from "../../../Sources/HoldfastServer/Clients/JavaScript/holdfast.js";
import { caughtUp, Clock, Collector, end, event, FakeLocks, FakeServer, open, openWithGap, problem, snapshot } from "./fakes.js";

/** A server, and tabs of one origin that read the same job there. */
async function start(t, defaults = {}) {
  const server = await FakeServer.start(t);
  const clock = new Clock();
  const locks = new FakeLocks();
  const tab = (choice = { from: "start" }, options = {}) => {
    const closing = new AbortController();
    t.after(() => closing.abort());
    const client = new HoldfastClient({ url: server.url, random: () => 1, ...clock.options, locks, ...defaults, ...options });
    const events = new Collector(client.job("j-1").events({ signal: closing.signal, ...choice }));
    return Object.assign(events, { close: async () => { closing.abort(); await events.done; } });
  };
  /** A leader at a position, and the connection it holds. */
  const leader = async (position) => {
    const events = tab({ after: String(position) });
    const exchange = await server.next();
    exchange.send(open(position), caughtUp(position));
    await events.has("stream.caught_up");
    return { events, exchange };
  };
  /** A tab that follows, and has caught up at a position on a connection of its own. */
  const follower = async (position, choice = { after: String(position) }, options = {}) => {
    const events = tab(choice, options);
    const exchange = await server.next();
    exchange.send(open(position), caughtUp(position));
    await events.has("stream.caught_up");
    await exchange.closed();
    return events;
  };
  /** Lets the time pass after which a follower takes over. */
  const takeOver = async () => {
    await clock.timer(100);
    clock.advance(100);
  };
  return { server, clock, locks, tab, leader, follower, takeOver };
}

/** A BroadcastChannel that loses what a test says. */
function losing(isLost) {
  return class extends BroadcastChannel {
    set onmessage(listener) {
      super.onmessage = (message) => { if (!isLost(message.data)) listener(message); };
    }
  };
}

describe("Tabs that share a connection", { timeout: 60_000 }, () => {
  test("one leads, the other closes its connection once it has caught up and hears everything", async (t) => {
    const { server, leader, follower } = await start(t);
    const { events, exchange } = await leader(3);
    const other = await follower(3);
    assert.equal(server.open.length, 1);
    exchange.send(event(4), event(5, "step.started", {}), end(5));
    await Promise.all([events.done, other.done]);
    assert.deepEqual([events.positions, other.positions], [[4, 5], [4, 5]]);
    assert.deepEqual(other.kinds.slice(-2), ["step.started", "stream.end"]);
    assert.equal(server.exchanges.length, 2);
  });

  test("a tab that is alone leads from its first connection on, however late the lock is granted", async (t) => {
    const locks = new FakeLocks();
    let grant;
    const late = new Promise((resolve) => { grant = resolve; });
    const slow = { request: async (...request) => { await late; return locks.request(...request); } };
    const { server, tab } = await start(t, { locks: slow });
    const events = tab({ after: "3" });
    const probe = fetch(`${server.url}/probe`);
    const first = await server.next();
    assert.equal(first.path, "/probe", "nothing is asked before it is known who leads");
    first.json(200, {});
    await (await probe).json();
    grant();
    const exchange = await server.next();
    exchange.send(open(3), caughtUp(3));
    await events.has("stream.caught_up");
    exchange.send(event(4));
    await events.has("log.written", 4);
    assert.equal(server.exchanges.length, 2);
  });

  test("a follower gets everything from its own beginning on: a snapshot, the first event, a cursor", async (t) => {
    const { server, leader, tab } = await start(t);
    const { exchange } = await leader(3);
    const [all, fresh, late] = [tab({ from: "start" }), tab({}), tab({ after: "2" })];
    for (let count = 0; count < 3; count += 1) {
      const own = await server.next();
      if (own.query.from) own.send(open(0), event(1), event(2), event(3), caughtUp(3));
      else if (own.query.last_event_id) own.send(open(2), event(3), caughtUp(3));
      else own.send(open(0), snapshot(3), caughtUp(3));
      await own.closed();
    }
    exchange.send(event(4), event(5));
    await Promise.all([all, fresh, late].map((events) => events.has("log.written", 5)));
    assert.deepEqual([all.positions, fresh.positions, late.positions], [[1, 2, 3, 4, 5], [4, 5], [3, 4, 5]]);
    assert.ok(fresh.kinds.includes("stream.snapshot"));
    assert.equal(server.exchanges.length, 4);
  });

  test("what is handed on while a follower catches up comes once, and in order", async (t) => {
    const { server, leader, tab } = await start(t);
    const { events, exchange } = await leader(3);
    const other = tab({ from: "start" });
    const own = await server.next();
    own.send(open(0), event(1), event(2));
    await other.has("log.written", 2);
    exchange.send(event(4), event(5));
    await events.has("log.written", 5);
    own.send(event(3), event(4), caughtUp(4));
    await own.closed();
    await other.has("log.written", 5);
    exchange.send(event(6));
    await other.has("log.written", 6);
    assert.deepEqual(other.positions, [1, 2, 3, 4, 5, 6]);
  });

  test("a follower that was ahead of the leader ignores what it has, also an end that was none", async (t) => {
    const { server, leader, follower, takeOver } = await start(t);
    const { exchange } = await leader(3);
    const [other, third] = [await follower(6), await follower(3)];
    exchange.send(event(4), event(5), end(5));
    await third.done;
    await takeOver();
    assert.equal((await server.next()).query.last_event_id, "6");
    assert.deepEqual([other.positions, other.isDone], [[], false]);
  });

  test("a message that was lost is noticed at the next one, and fetched", async (t) => {
    const { server, leader, follower } = await start(t);
    const { exchange } = await leader(3);
    const other = await follower(3, undefined, { BroadcastChannel: losing(({ block: one }) => one?.id === "5") });
    exchange.send(event(4), event(5), event(6));
    const own = await server.next();
    assert.deepEqual(own.query, { last_event_id: "4", log: "log-1" });
    own.send(open(4), event(5), event(6), event(7), caughtUp(7));
    await own.closed();
    exchange.send(event(7), event(8));
    await other.has("log.written", 8);
    assert.deepEqual(other.positions, [4, 5, 6, 7, 8]);
    assert.equal(server.exchanges.length, 3);
  });

  test("when the leader goes, one follower takes over from its own cursor; nothing is lost or doubled", async (t) => {
    const { server, tab, follower, takeOver } = await start(t);
    const first = tab({ after: "3" });
    const exchange = await server.next();
    exchange.send(open(3), caughtUp(3));
    await first.has("stream.caught_up");
    const [second, third] = [await follower(3), await follower(3)];
    exchange.send(event(4), event(5));
    await Promise.all([second, third].map((one) => one.has("log.written", 5)));
    await first.close();
    await exchange.closed();
    await takeOver();
    const taken = await server.next();
    assert.deepEqual(taken.query, { last_event_id: "5", log: "log-1" });
    taken.send(open(5), event(5), event(6), caughtUp(6), event(7));
    await Promise.all([second, third].map((one) => one.has("log.written", 7)));
    assert.deepEqual([second.positions, third.positions], [[4, 5, 6, 7], [4, 5, 6, 7]]);
    assert.deepEqual([server.open.length, server.exchanges.length], [1, 4]);
    await second.close();
    await takeOver();
    const last = await server.next();
    assert.equal(last.query.last_event_id, "7");
    last.send(open(7), event(8), end(8));
    await third.done;
    assert.deepEqual(third.positions, [4, 5, 6, 7, 8]);
  });

  test("a follower behind the new leader fetches what the old one did not hand on", async (t) => {
    const { server, tab, follower, takeOver } = await start(t);
    const first = tab({ after: "3" });
    const exchange = await server.next();
    exchange.send(open(3), caughtUp(3));
    await first.has("stream.caught_up");
    const second = await follower(3);
    const deaf = losing(({ block: one }) => one?.id === "4" || one?.id === "5");
    const third = await follower(3, undefined, { BroadcastChannel: deaf });
    exchange.send(event(4), event(5));
    await second.has("log.written", 5);
    await first.close();
    await takeOver();
    const taken = await server.next();
    taken.send(open(5), event(6), caughtUp(6));
    const own = await server.next();
    assert.equal(own.query.last_event_id, "3");
    own.send(open(3), event(4), event(5), event(6), caughtUp(6));
    await own.closed();
    taken.send(event(7));
    await third.has("log.written", 7);
    assert.deepEqual([second.positions, third.positions], [[4, 5, 6, 7], [4, 5, 6, 7]]);
  });

  test("a leader that is cut connects again, and hands on what came meanwhile", async (t) => {
    const { server, clock, leader, follower } = await start(t);
    const { exchange } = await leader(3);
    const other = await follower(3);
    exchange.cut();
    await clock.timer(2000);
    clock.advance(2000);
    (await server.next()).send(open(3), event(4), caughtUp(4), event(5));
    await other.has("log.written", 5);
    assert.deepEqual(other.positions, [4, 5]);
    assert.equal(server.exchanges.length, 3);
  });

  test("a follower that hears nothing for 45 s looks for itself; the leader's heartbeats are enough to hear", async (t) => {
    const { server, clock, leader, follower } = await start(t);
    const { exchange } = await leader(3);
    await follower(3);
    await clock.until(() => clock.lengths.filter((length) => length === 45_000).length === 2);
    clock.advance(40_000);
    exchange.send(":\n");
    const heard = () => clock.lengths.length === 2 && clock.dueAllAfter(clock.time + 44_000);
    await clock.until(heard);
    clock.advance(44_000);
    assert.equal(server.exchanges.length, 2);
    exchange.send(":\n");
    await clock.until(heard);
  });

  test("a leader that froze does not keep the others from the events", async (t) => {
    const { server, clock, leader, follower } = await start(t);
    await leader(3);
    const other = await follower(3, undefined, { silence: 30_000 });
    await clock.timer(30_000);
    clock.advance(30_000);
    const own = await server.next();
    assert.equal(own.query.last_event_id, "3");
    own.send(open(3), event(4), caughtUp(4));
    await own.closed();
    assert.deepEqual(other.positions, [4]);
  });

  test("a gap that the leader meets is fetched by each for itself", async (t) => {
    const { server, clock, leader, follower } = await start(t);
    const { exchange } = await leader(300);
    const other = await follower(300);
    exchange.cut();
    await clock.timer(2000);
    clock.advance(2000);
    const foreign = [...openWithGap(300, { log: "log-2" }), event(1), caughtUp(1)];
    const again = await server.next();
    again.send(...foreign);
    const own = await server.next();
    assert.deepEqual(own.query, { last_event_id: "300", log: "log-1" });
    own.send(...foreign);
    await own.closed();
    again.send(event(2));
    await other.has("log.written", 2);
    assert.deepEqual(other.positions, [1, 2]);
    assert.equal(other.kinds.filter((kind) => kind === "stream.gap").length, 1);
  });

  test("a follower that is slow fetches what it could not keep", async (t) => {
    const { server, clock, locks, leader } = await start(t);
    const { events, exchange } = await leader(0);
    const client = new HoldfastClient({ url: server.url, ...clock.options, locks });
    const iterator = client.job("j-1").events({ after: "0" });
    const steps = [iterator.next(), iterator.next(), iterator.next()];
    const own = await server.next();
    own.send(open(0), caughtUp(0));
    await steps[1];
    await own.closed();
    exchange.send(event(1));
    assert.equal((await steps[2]).value.position, "1");
    exchange.send(Array.from({ length: 1500 }, (_, index) => event(index + 2)).join(""), end(1501));
    await events.done;
    const rest = new Collector(iterator);
    const more = await server.next();
    assert.ok(Number(more.query.last_event_id) >= 1);
    more.send(open(1), ...Array.from({ length: 1500 }, (_, index) => event(index + 2)), end(1501));
    await rest.done;
    assert.deepEqual(rest.positions, Array.from({ length: 1500 }, (_, index) => index + 2));
  });

  test("a problem of the leader's is met by the next one as well, and by nobody for ever", async (t) => {
    const { server, clock, leader, follower, takeOver } = await start(t);
    const { events, exchange } = await leader(3);
    const other = await follower(3);
    exchange.cut();
    await clock.timer(2000);
    clock.advance(2000);
    (await server.next()).json(401, problem(401, "refused", "the token has expired"));
    await events.done;
    await takeOver();
    (await server.next()).json(401, problem(401, "refused", "the token has expired"));
    await other.done;
    assert.deepEqual([events.error.status, other.error.status], [401, 401]);
  });

  test("an aborted follower lets go of its place in the queue", async (t) => {
    const { locks, leader, follower } = await start(t);
    await leader(3);
    const other = await follower(3);
    const [queue] = locks.held.values();
    assert.equal(queue.length, 2);
    await other.close();
    assert.equal(queue.length, 1);
  });
});

describe("Tabs that do not share", { timeout: 60_000 }, () => {
  for (const [what, options] of [
    ["without locks", { locks: undefined }],
    ["without BroadcastChannel", { BroadcastChannel: undefined }],
    ["with locks that are refused", { locks: { request: async () => { throw new Error("SecurityError"); } } }],
    ["with locks that are refused later", { locks: { request: async (name, { ifAvailable }, work) => {
      if (!ifAvailable) throw new Error("InvalidStateError");
      return work(null);
    } } }],
    ["with a token, unless its user is named", { token: "secret" }],
    ["when they are told so", { share: false }],
  ]) {
    test(`${what}, each has its own connection`, async (t) => {
      const { server, locks, tab } = await start(t, options);
      const both = [tab({ after: "3" }), tab({ after: "3" })];
      const exchanges = [await server.next(), await server.next()];
      for (const exchange of exchanges) exchange.send(open(3), caughtUp(3));
      await Promise.all(both.map((events) => events.has("stream.caught_up")));
      assert.deepEqual([locks.held.size, server.open.length], [0, 2]);
      for (const exchange of exchanges) exchange.send(event(4), end(4));
      await Promise.all(both.map((events) => events.done));
      assert.deepEqual(both.map((events) => events.positions), [[4], [4]]);
    });
  }

  test("other jobs, other filters, other users and other servers are other connections", async (t) => {
    const { server, clock, locks } = await start(t);
    const closing = new AbortController();
    t.after(() => closing.abort());
    const client = (options) => new HoldfastClient({ url: server.url, ...clock.options, locks, ...options });
    const read = (iterator) => new Collector(iterator);
    const { signal } = closing;
    read(client().job("j-1").events({ signal }));
    read(client().job("j-2").events({ signal }));
    read(client().events({ signal }));
    read(client().events({ signal, kind: "inventory" }));
    read(client({ token: "secret-a", share: "ana" }).job("j-1").events({ signal }));
    read(client({ token: "secret-b", share: "ben" }).job("j-1").events({ signal }));
    for (let count = 0; count < 6; count += 1) (await server.next()).send(open(0), caughtUp(0));
    assert.equal(locks.held.size, 6);
    assert.ok([...locks.held.keys()].every((name) => !name.includes("secret")));
    assert.equal(server.open.length, 6);
  });
});
