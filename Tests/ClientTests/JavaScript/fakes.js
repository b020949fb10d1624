// What the tests of the client share: a clock, a server that speaks the wire, locks, and a reader of iterators.
import { createServer } from "node:http";

/** Something that tests wait for: `until` resolves once its condition holds. */
class Watched {
  #waiting = new Set();
  changed() {
    for (const look of [...this.#waiting]) look();
  }
  until(condition) {
    return new Promise((resolve) => {
      const look = () => {
        const value = condition();
        if (!value) return;
        this.#waiting.delete(look);
        resolve(value);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** A clock that stands still until it is told to go on. */
export class Clock extends Watched {
  time = 0;
  #timers = new Set();

  /** The options of a client that make it use this clock. */
  options = {
    setTimeout: (work, milliseconds) => {
      const timer = { due: this.time + milliseconds, milliseconds, work };
      this.#timers.add(timer);
      this.changed();
      return timer;
    },
    clearTimeout: (timer) => this.#timers.delete(timer),
    now: () => this.time,
  };

  get lengths() {
    return [...this.#timers].map((timer) => timer.milliseconds);
  }

  /** Whether a timer waits that is due at that time or later. */
  dueAfter(time) {
    return [...this.#timers].some(({ due }) => due >= time);
  }

  /** Whether all timers that wait are due at that time or later. */
  dueAllAfter(time) {
    return [...this.#timers].every(({ due }) => due >= time);
  }

  /** Resolves once a timer of that length waits. */
  timer(milliseconds) {
    return this.until(() => this.lengths.includes(milliseconds));
  }

  advance(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.#timers.delete(next);
      this.time = next.due;
      next.work();
    }
    this.time = end;
  }
}

/** One request and what is answered to it. */
class Exchange extends Watched {
  isClosed = false;
  constructor(request, response, body) {
    super();
    Object.assign(this, { request, response, body, method: request.method, headers: request.headers });
    const url = new URL(request.url, "http://test");
    this.url = request.url;
    this.path = url.pathname;
    this.query = Object.fromEntries([...new Set(url.searchParams.keys())].map((name) => {
      const values = url.searchParams.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }));
    response.on("close", () => {
      this.isClosed = true;
      this.changed();
    });
  }
  json(status, value, headers = {}) {
    this.response.writeHead(status, { "content-type": "application/json", ...headers });
    this.response.end(value === undefined ? undefined : JSON.stringify(value));
  }
  /** Begins an event stream, and sends blocks that were made with `block`. */
  send(...texts) {
    if (!this.response.headersSent) this.response.writeHead(200, { "content-type": "text/event-stream" });
    if (texts.length === 0) this.response.flushHeaders();
    for (const text of texts) this.response.write(text);
  }
  end(...texts) {
    this.send(...texts);
    this.response.end();
  }
  cut() {
    this.response.destroy();
  }
  /** Resolves once the connection is closed. */
  closed() {
    return this.until(() => this.isClosed);
  }
}

/** A server whose answers the test gives, one request after another. */
export class FakeServer extends Watched {
  exchanges = [];
  #taken = 0;

  static async start(t) {
    const server = new FakeServer();
    server.http = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      server.exchanges.push(new Exchange(request, response, Buffer.concat(parts).toString()));
      server.changed();
    });
    await new Promise((resolve) => server.http.listen(0, "127.0.0.1", resolve));
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    t.after(() => {
      server.http.close();
      server.http.closeAllConnections();
    });
    return server;
  }

  /** The next request. */
  async next() {
    const index = this.#taken++;
    return this.until(() => this.exchanges[index]);
  }

  get open() {
    return this.exchanges.filter(({ isClosed }) => !isClosed);
  }
}

/** Reads an iterator as fast as it goes. */
export class Collector extends Watched {
  items = [];
  isDone = false;
  error = undefined;

  constructor(iterator) {
    super();
    this.iterator = iterator;
    this.done = this.#run();
  }
  async #run() {
    try {
      for await (const item of this.iterator) {
        this.items.push(item);
        this.changed();
      }
    } catch (error) {
      this.error = error;
    }
    this.isDone = true;
    this.changed();
  }
  /** Resolves once an event of that kind, and at that position if one is given, has come. */
  has(kind, position) {
    return this.until(() => this.items.find((item) => {
      return item.kind === kind && (position === undefined || item.position === String(position));
    }));
  }
  /** The positions of the stored events. */
  get positions() {
    return this.items.filter(({ kind }) => !kind.startsWith("stream.")).map(({ position }) => Number(position));
  }
  get kinds() {
    return this.items.map(({ kind }) => kind);
  }
}

/** Web Locks, as far as they are used: exclusive, first come first served. */
export class FakeLocks {
  held = new Map();
  request(name, { signal, ifAvailable }, work) {
    const queue = this.held.get(name) ?? [];
    this.held.set(name, queue);
    if (ifAvailable && queue.length > 0) return Promise.resolve(null).then(work);
    return new Promise((resolve, reject) => {
      const entry = { grant: () => Promise.resolve().then(() => work({ name })).then(resolve, reject).finally(() => this.#leave(queue, entry)) };
      signal?.addEventListener("abort", () => {
        if (queue.indexOf(entry) > 0) {
          queue.splice(queue.indexOf(entry), 1);
          reject(signal.reason);
        }
      });
      queue.push(entry);
      if (queue.length === 1) entry.grant();
    });
  }
  #leave(queue, entry) {
    queue.splice(queue.indexOf(entry), 1);
    queue[0]?.grant();
  }
}

/** One block of an event stream. */
export const block = (id, event, data, retry) =>
  `${retry === undefined ? "" : `retry: ${retry}\n`}id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The envelope of a stored event. */
export const envelope = (position, kind = "log.written", data = { level: "info", message: `line ${position}` }) => ({
  position: String(position), job: "j-1", version: position, kind, at: "2026-10-08T14:03:00.000000Z", attempt: 1,
  actor: { type: "worker", id: "w" }, data,
});

export const event = (position, kind, data) => {
  const value = envelope(position, kind, data);
  return block(position, value.kind, value);
};
export const open = (from = 0, { log = "log-1", retry = 2000 } = {}) =>
  block(from, "stream.open", { log, from: String(from), earliest: "1", tail: "100" }, retry);
/** What a reader whose cursor does not hold is told: both blocks have the position before `to`. */
export const openWithGap = (from, { reason = "foreign", log = "log-1", to = "1" } = {}) => [
  block(to - 1, "stream.open", { log, from: String(from), earliest: to, tail: "100" }, 2000),
  block(to - 1, "stream.gap", { reason, from: String(from), to }),
];
export const snapshot = (position, state = {}, checkpoints = []) =>
  block(position, "stream.snapshot", { position: String(position), job: "j-1", state, steps: [], logs: [], checkpoints });
export const caughtUp = (position) => block(position, "stream.caught_up", { position: String(position) });
export const end = (position, state = "completed") =>
  block(position, "stream.end", { job: "j-1", state, position: String(position) });
export const problem = (status, name, detail) => ({ type: `urn:holdfast:problem:${name}`, title: name, status, detail });
export const page = (positions, { log = "log-1", next = null, through = positions.at(-1) } = {}) =>
  ({ log, events: positions.map((position) => envelope(position)), next: next && String(next), through: String(through) });
