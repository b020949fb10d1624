/** Client of a Holdfast server, for browsers and Node 18 or newer. It needs nothing but `fetch`. */

const LONGEST_TIMER = 2 ** 31 - 1;
const isControl = (kind) => kind.startsWith("stream.");
/** Compares positions, decimal texts that may not fit into a number. */
const isAfter = (a, b) => a.length > b.length || (a.length === b.length && a > b);

const defaults = () => ({
  url: "", retry: 2000, retryLimit: 30_000, firstByte: 5000, silence: 45_000, wait: 25,
  fetch: (...request) => globalThis.fetch(...request), random: Math.random, now: Date.now,
  setTimeout: (...timer) => globalThis.setTimeout(...timer), clearTimeout: (id) => globalThis.clearTimeout(id),
  locks: globalThis.navigator?.locks, BroadcastChannel: globalThis.BroadcastChannel,
});

/** The one error here: `status` of HTTP, 0 without an answer; `problem`, the body of RFC 9457 or null; `retryAfter` in
 *  milliseconds; `code`, "first-byte" or "silence" when time ran out. */
export class HoldfastError extends Error {
  constructor(message, { status = 0, problem = null, retryAfter = 0, code, cause } = {}) {
    super(message, { cause });
    Object.assign(this, { name: "HoldfastError", status, problem, retryAfter, code });
  }
  /** Whether the same request may succeed later: no answer, 408, 429, or 500 and above. */
  get isRetryable() { return [0, 408, 429].includes(this.status) || this.status >= 500; }
}

/** Parses an event stream as HTML 9.2.6 says, whatever the boundaries between chunks. */
export class EventStreamParser {
  #decoder = new TextDecoder(); #rest = ""; #endsInCR = false;
  #id = ""; #event = ""; #data = [];
  /** The cursor: the id of the newest block that was ended by an empty line. */
  lastEventID = "";
  /** What the server asked to wait before connecting again, in milliseconds; null until it did. */
  retry = null;

  /** @param {Uint8Array} bytes @returns {{id: string, event: string, data: string}[]} the blocks that end here. */
  push(bytes) {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return [];
    if (this.#endsInCR && text[0] === "\n") text = text.slice(1);
    this.#endsInCR = text.endsWith("\r");
    const lines = text.split(/\r\n|\n|\r/);
    lines[0] = this.#rest + lines[0];
    this.#rest = lines.pop();
    return lines.map((line) => (line === "" ? this.#dispatch() : this.#field(line))).filter(Boolean);
  }

  #dispatch() {
    this.lastEventID = this.#id;
    const block = { id: this.#id, event: this.#event || "message", data: this.#data.join("\n") };
    const isEmpty = this.#data.length === 0;
    [this.#event, this.#data] = ["", []];
    return isEmpty ? null : block;
  }

  #field(line) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^[0-9]+$/.test(value)) this.retry = Number(value);
  }
}

/** Waits, until `signal` aborts, which throws, or until the function that `wake` gets is called. */
function pause({ setTimeout, clearTimeout }, milliseconds, signal, wake) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) reject(signal.reason); else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
    wake?.(end);
    if (signal?.aborted) end();
  });
}

/** A controller that aborts with `signal`. (Node 18 may forget what `AbortSignal.any` gives.) */
function following(signal) {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal?.addEventListener("abort", abort, { signal: controller.signal });
  if (signal?.aborted) abort();
  return controller;
}

/** What an answer of 400 and above says. */
async function problemOf(response, now) {
  const text = await response.text();
  let problem = null;
  try { problem = JSON.parse(text); } catch { /* A proxy answers with HTML. */ }
  const after = response.headers.get("retry-after") ?? "0";
  const retryAfter = /^\d+$/.test(after) ? after * 1000 : Date.parse(after) - now() || 0;
  const message = problem?.detail ?? problem?.title ?? `the server answered ${response.status}`;
  return new HoldfastError(message, { status: response.status, problem, retryAfter });
}

function queryText(fields) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value ?? []].flat()) query.append(name, one);
  }
  return query.toString();
}

const lost = (cause) =>
  cause instanceof HoldfastError ? cause : new HoldfastError("the connection was lost", { cause });

const blockOf = (event, id, value) => ({ id, event, data: JSON.stringify(value) });
const eventOf = ({ id, event, data }) => {
  const value = JSON.parse(data);
  return isControl(event) ? { kind: event, position: id, data: value } : value;
};

/** A reader's way through one stream: where it stands, and how it gets on after a cut. */
class Reader {
  failures = 0; silences = 0; polls = false; isOver = false; isCaughtUp = false; isAlive = () => {};

  constructor({ client, paths }, { from, after, log, signal, onOpen, onError, ...filters }) {
    Object.assign(this, { client, paths, from, log, signal, onOpen, onError, filters });
    this.settings = client.settings;
    this.retry = this.settings.retry;
    this.cursor = this.previous = after?.toString();
  }

  /** Yields the new blocks, on a connection that tabs share where they can. */
  read() {
    const { url, token, share = token === undefined && "", locks, BroadcastChannel } = this.settings;
    if (typeof share !== "string" || !locks || !BroadcastChannel) return this.blocks();
    return shared(this, `holdfast ${share} ${url}${this.paths.stream}?${queryText(this.filters)}`);
  }

  /** Yields new blocks until the stream has ended, over as many connections as it takes. */
  async *blocks() {
    for (;;) {
      let rest;
      try {
        for await (const block of this.polls ? this.#poll() : this.#stream()) {
          this.signal?.throwIfAborted();
          if (this.accept(block)) yield block;
          if (block.event === "stream.end") return;
          if (block.event === "stream.rotate") break;
        }
        if (this.isOver) return;
        rest = this.retry;
      } catch (error) {
        this.signal?.throwIfAborted();
        if (!error.isRetryable) throw error;
        rest = this.#restAfter(error);
      }
      await pause(this.settings, Math.min(rest, LONGEST_TIMER), this.signal);
    }
  }

  /** Moves the cursor. Returns whether the block is new to this reader. */
  accept({ id, event, data }) {
    this.previous = this.cursor;
    if (event === "stream.open") {
      this.opened = JSON.parse(data).log;
      // The next block may be a gap or a snapshot. A reader that is cut before it has to ask for it again.
      if (this.cursor !== undefined || (this.paths.hasSnapshot && this.from === undefined)) return true;
    }
    this.log = this.opened ?? this.log;
    if (event === "stream.caught_up") this.isCaughtUp = true;
    const isNew = this.cursor === undefined || isAfter(id, this.cursor);
    if (isNew || event === "stream.gap") this.cursor = id;
    if (!isControl(event)) this.failures = 0;
    return isNew || isControl(event);
  }

  /** Full jitter, and at least what `Retry-After` says. */
  #restAfter(error) {
    this.silences = error.code === "silence" && !this.polls ? this.silences + 1 : 0;
    // No first byte, or silence twice in a row: something on the way collects the stream.
    this.polls = !this.polls && (error.code === "first-byte" || this.silences > 1);
    const limit = Math.min(this.settings.retryLimit, Math.max(1, this.retry) * 2 ** this.failures++);
    const rest = this.polls ? 0 : Math.max(this.settings.random() * limit, error.retryAfter);
    this.onError?.(error, rest);
    return rest;
  }

  async *#stream() {
    const { firstByte, silence } = this.settings;
    const connection = following(this.signal);
    try {
      const { reader, first } = await this.#within(firstByte, "first-byte", connection, this.#open(connection));
      if (this.isOver) return;
      const parser = new EventStreamParser();
      for (let { done, value } = first; !done;) {
        this.isAlive();
        const blocks = parser.push(value);
        if (blocks.length === 0) this.failures = this.silences = 0; // A heartbeat.
        this.retry = parser.retry ?? this.retry;
        yield* blocks;
        ({ done, value } = await this.#within(silence, "silence", connection, reader.read()));
      }
      throw new HoldfastError("the stream was cut");
    } finally { connection.abort(); }
  }

  async #open(connection) {
    const response = await this.#get(this.paths.stream, {}, connection);
    this.isOver = response.status === 204;
    if (this.isOver) return {};
    const type = response.headers.get("content-type") ?? "without a type";
    if (!type.startsWith("text/event-stream")) {
      throw new HoldfastError(`the answer is ${type}, not an event stream`, { status: response.status });
    }
    const reader = response.body.getReader();
    connection.signal.addEventListener("abort", () => reader.cancel().catch(() => {}));
    const first = await reader.read();
    this.onOpen?.();
    return { reader, first };
  }

  /** Asks again and again for what is new, where no stream gets through. */
  async *#poll() {
    for (let wait = 0; ;) {
      let page;
      try { page = await this.#page(wait); } catch (error) { yield this.#gapOf(error); continue; }
      if (this.isOver) return;
      this.failures = 0;
      this.isAlive();
      if (wait === 0) this.onOpen?.();
      this.opened = page.log;
      for (const event of page.events) yield blockOf(event.kind, event.position, event);
      const { next, through: position } = page;
      yield blockOf(next === null && wait === 0 ? "stream.caught_up" : "stream.position", position, { position });
      if (next === null) wait = this.settings.wait;
    }
  }

  async #page(wait) {
    const connection = following(this.signal);
    const ask = async () => {
      const response = await this.#get(this.paths.page, { format: "json", wait }, connection);
      this.isOver = response.status === 204;
      return this.isOver ? null : response.json();
    };
    try { return await this.#within(this.settings.silence, "silence", connection, ask()); }
    finally { connection.abort(); }
  }

  /** What the refusal of a cursor means: a gap, behind which to go on. Throws any other error. */
  #gapOf(error) {
    const { type, earliest: to, log = this.log } = error.problem ?? {};
    const [, reason] = /:(foreign|pruned)-cursor$/.exec(type) ?? [];
    const before = reason && String(BigInt(to) && BigInt(to) - 1n);
    // A server that refuses the very place that it told would do so for ever.
    if (!reason || (before === this.cursor && log === this.log)) throw error;
    this.opened = log;
    return blockOf("stream.gap", before, { reason, from: this.cursor, to });
  }

  #get(path, fields, { signal }) {
    const place = this.cursor === undefined ? { from: this.from } : { last_event_id: this.cursor, log: this.log };
    const query = queryText({ ...this.filters, ...place, ...fields });
    return this.client.send("GET", query ? `${path}?${query}` : path, { signal });
  }

  /** Gives up a connection that shows no life for so long, also when `fetch` lost its signal, as Node 18 may. */
  #within(milliseconds, code, connection, work) {
    const { setTimeout, clearTimeout } = this.settings;
    const { signal } = connection;
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      const late = () => connection.abort(new HoldfastError("nothing came in time", { code }));
      const timer = setTimeout(late, milliseconds);
      signal.addEventListener("abort", stop);
      work.then(resolve, (error) => reject(lost(error))).then(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      });
    });
  }
}

const isHandedOn = ({ event }) => !isControl(event) || ["stream.position", "stream.gap", "stream.end"].includes(event);

/** Lets tabs share a connection. The one with the lock stays connected and hands on what comes, each block with the
 *  cursor before it. The others connect until they have caught up, then listen; and connect again when something is
 *  missing between their cursor and a block, or when they hear nothing. */
async function* shared(reader, name) {
  const { locks, BroadcastChannel, silence } = reader.settings;
  const channel = new BroadcastChannel(name);
  const closing = new AbortController();
  let isLeader = false, wake = () => {}, messages = [];
  const take = () => { [isLeader, messages] = [true, []]; wake(); };
  const lead = () => new Promise((release) => {
    closing.signal.addEventListener("abort", release);
    // What the last leader handed on, maybe the end, may still be on its way.
    if (reader.isCaughtUp) reader.settings.setTimeout(take, 100); else take();
  });
  const queue = () => { locks.request(name, { signal: closing.signal }, lead).catch(lead); };
  channel.onmessage = ({ data }) => {
    if (isLeader) return;
    if (messages.length > 1000) messages = []; // The gap is noticed, and filled by an own connection.
    messages.push(data);
    wake();
  };
  reader.isAlive = () => { if (isLeader) channel.postMessage({}); };
  try {
    // Asked first: who is alone leads from its first connection on.
    await new Promise((answered) => {
      const begin = (lock) => { answered(); return lock ? lead() : queue(); };
      locks.request(name, { ifAvailable: true }, begin).catch(() => begin(true));
    });
    for (;;) {
      let isOver = true;
      for await (const block of reader.blocks()) {
        if (isLeader && reader.isCaughtUp && isHandedOn(block)) {
          channel.postMessage({ log: reader.log, previous: reader.previous, block });
        }
        yield block;
        if (block.event === "stream.caught_up" && !isLeader) { isOver = false; break; }
      }
      if (isOver) return;
      while (!isLeader) {
        const listen = (end) => { wake = end; };
        if (messages.length === 0) await pause(reader.settings, silence, reader.signal, listen);
        if (messages.length === 0) break;
        const { log, previous, block } = messages.shift();
        if (!block) continue;
        const isForeign = log && reader.log && log !== reader.log;
        if (isForeign || isAfter(previous, reader.cursor) || block.event === "stream.gap") break;
        if (isAfter(reader.cursor, block.id) || !reader.accept(block)) continue;
        yield block;
        if (block.event === "stream.end") return;
      }
    }
  } finally { closing.abort(); channel.close(); }
}

/** Something with a stream: a job, or the whole log. */
class Tail {
  constructor(paths) { this.paths = paths; }

  /**
   * Yields each event once and in order, over as many connections as it takes, until the job has ended: envelopes of
   * the log, and control blocks `{kind, position, data}` whose kinds begin with `stream.`. At `stream.gap` the cursor
   * was unknown, and events begin again at `data.to`. Numbers beyond 2^53 lose digits; `target` has the text.
   * @param {object} [options] `from`: "start", "now" or "last:N" (1 to 1000), else a job begins with `stream.snapshot`;
   *  `after`: a position, with the `log` that `stream.open` named; `signal`; `onOpen()`; `onError(error, rest)` when a
   *  connection is lost, with the milliseconds until the next.
   * @throws {HoldfastError} what is not worth repeating: 4xx but 408 and 429. The reason of `signal`.
   */
  async *events(options = {}) {
    for await (const block of new Reader(this, options).read()) yield eventOf(block);
  }

  /** The same as an EventTarget, until the end or `close()`: a MessageEvent for each block, as `EventSource` has it,
   *  and "open", "error" (with `error`) and "close". */
  target(options = {}) {
    const target = new EventTarget();
    const closing = following(options.signal);
    const { signal } = closing;
    const tell = (name, fields) => target.dispatchEvent(Object.assign(new Event(name), fields));
    const onError = (error) => tell("error", { error });
    const reader = new Reader(this, { ...options, signal, onOpen: () => tell("open"), onError });
    const follow = async () => {
      for await (const { id, event, data } of reader.read()) {
        target.dispatchEvent(new MessageEvent(event, { data, lastEventId: id }));
      }
    };
    follow().catch((error) => signal.aborted || onError(error)).then(() => tell("close"));
    return Object.assign(target, { close: () => closing.abort() });
  }
}

/** A job: its stream and its commands. Each command resolves to the server's answer, and throws HoldfastError. */
class Job extends Tail {
  constructor(client, id) {
    const path = `/v1/jobs/${encodeURIComponent(id)}`;
    super({ stream: `${path}/stream`, page: `${path}/events`, hasSnapshot: true });
    Object.assign(this, { client, id, path });
  }
  get() { return this.client.call("GET", this.path); }
  #post(name, body, key) { return this.client.call("POST", `${this.path}/${name}`, body, key); }
  /** @param {object} [options] `reason`, and `within_seconds` for a running job. */
  cancel(options = {}) { return this.#post("cancel", options); }
  /** @param {object} [options] as for `cancel`. */
  pause(options = {}) { return this.#post("pause", options); }
  /** @param {object} [options] `reason`. */
  resume(options = {}) { return this.#post("resume", options); }
  /** @param {object} [options] `reason`. */
  retry(options = {}) { return this.#post("retry", options); }
  /** @param {string} [key] names the delivery: a second one of that key is no further signal. */
  signal(name, payload = null, key) { return this.#post("signal", { name, payload }, key); }
  /** All checkpoints, whatever became of them. */
  async checkpoints() { return (await this.client.call("GET", `${this.path}/checkpoints`)).checkpoints; }
  /**
   * @param {"approve"|"reject"} decision
   * @param {object} [options] `reason`, `data` for the handler, `occurrence` from 1, else the newest.
   */
  decide(checkpoint, decision, { occurrence, ...options } = {}) {
    const place = [checkpoint, occurrence ?? []].flat().map(encodeURIComponent).join("/");
    return this.#post(`checkpoints/${place}`, { decision, ...options });
  }
  /** Folds the stream into what a page shows. */
  view(options) { return new JobView(this, options); }
}

/** A server. Its `events` and `target` are of many jobs, begin with what comes from now on, and can be filtered by
 *  `kind`, `queue`, `tag`, `job`, `types` and `owner`: texts or lists. */
export class HoldfastClient extends Tail {
  /**
   * @param {object} [options] `url` without a slash at its end, else the page's origin; `token`: a text or an async
   *  function, asked for each request; `share`: a name for the tabs that share connections, false for none (with a
   *  token there is none unless you name its user). Milliseconds: `retry` before the server says, `retryLimit`,
   *  `firstByte` until long-polling is tried, `silence` until a connection is given up. `wait` of a poll, 0 to 60 s.
   *  `fetch`, `random`, `now`, `setTimeout`, `clearTimeout`, `locks` and `BroadcastChannel` can be replaced.
   */
  constructor(options) {
    super({ stream: "/v1/stream", page: "/v1/stream" });
    Object.assign(this, { client: this, settings: { ...defaults(), ...options } });
  }

  /** @param {object} body as for `POST /v1/jobs`: `kind`, `input` and so on. @returns {Promise<object>} the job. */
  enqueue(body) { return this.call("POST", "/v1/jobs", body); }
  /** @param {string} id @returns {Job} */
  job(id) { return new Job(this, id); }

  /** One request that is answered with JSON. */
  async call(method, path, body, key) {
    const headers = { ...(body && { "content-type": "application/json" }), ...(key && { "idempotency-key": key }) };
    return (await this.send(method, path, { body: body && JSON.stringify(body), headers })).json();
  }

  /** One request. @throws {HoldfastError} when there is no answer, or one of 400 and above. */
  async send(method, path, { headers, ...options }) {
    const { url, token, fetch, now } = this.settings;
    let response;
    try {
      const bearer = typeof token === "function" ? await token() : token;
      const authorization = bearer && { authorization: `Bearer ${bearer}` };
      const all = { ...headers, ...authorization };
      response = await fetch(url + path, { method, cache: "no-store", headers: all, ...options });
    } catch (error) { throw lost(error); }
    if (response.status >= 400) throw await problemOf(response, now);
    return response;
  }
}

const STATUS = {
  "job.started": "running", "job.waiting": "waiting", "job.resumed": "queued", "job.retried": "queued",
  "job.completed": "completed", "job.failed": "failed", "job.cancelled": "cancelled",
};
/** What puts a job back, and the field with its due time. */
const DUE = {
  "job.enqueued": "not_before", "job.rescheduled": "until", "job.attemptFailed": "retry_at",
  "lease.released": "", "lease.expired": "",
};

/**
 * A job as a page shows it. It follows while somebody is subscribed, and goes on from where it was.
 *
 * A snapshot is a new frozen object after each change: `status`, a state of the job or null; `progress`, what the job
 * reported and `fraction` from 0 to 1 where that can be said; `message`, the newest text for people; `logs`, the newest
 * `log.written` events; `checkpoints`, those that are open; `isConnected`; `error`, why not; `reconnect()`.
 */
export class JobView {
  #job; #options; #limit; #closing; #timer; #due; #isPausing = false; #listeners = new Set(); #reader;
  #state = {
    status: null, progress: null, message: null, logs: [], checkpoints: [], isConnected: false, error: null,
    reconnect: () => { this.#close(); this.#follow(); },
  };

  /** @param {object} [options] `logLimit`, 200 where nothing is said, and those of `events`. */
  constructor(job, { logLimit = 200, ...options } = {}) {
    [this.#job, this.#options, this.#limit] = [job, options, logLimit];
  }

  getSnapshot = () => this.#state;

  /** Calls `listener` after changes, at most once in 16 ms. @returns {() => void} ends it. */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    if (!this.#closing && this.#job.id) this.#follow();
    return () => { if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#close(); };
  };

  #close() { this.#closing?.abort(); this.#closing = undefined; this.#change({ isConnected: false }); }

  async #follow() {
    const { signal } = this.#closing = new AbortController();
    const change = (fields) => { if (!signal.aborted) this.#change(fields); };
    const onOpen = () => change({ isConnected: true, error: null });
    const onError = (error) => change({ isConnected: false, error });
    const { cursor: after, log } = this.#reader ?? {};
    const options = { ...this.#options, ...(after && { after, log }), signal, onOpen, onError };
    this.#reader = new Reader(this.#job, options);
    try {
      for await (const block of this.#reader.read()) this.fold(eventOf(block));
      change({ isConnected: false });
    } catch (error) { onError(error); }
  }

  #change(fields) {
    this.#state = Object.freeze({ ...this.#state, ...fields });
    const { setTimeout } = this.#job.client.settings;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const listener of this.#listeners) listener();
    }, 16);
  }

  /** Takes in an event that `events` yielded. */
  fold(event) {
    const { kind, at, data } = event;
    const { logs, checkpoints } = this.#state;
    if (kind === "stream.snapshot") {
      this.#begin(data.state, data.logs);
      for (const opened of data.checkpoints) this.fold(opened);
    }
    if (kind === "stream.gap" && data.reason === "foreign") this.#begin({}, []);
    if (kind === "stream.rotate") this.#change({ isConnected: false });
    if (isControl(kind)) return;
    const others = () => checkpoints.filter((one) => one.name !== data.name || one.occurrence !== data.occurrence);
    const changes = { status: this.#statusAfter(kind, at, data) };
    if (kind === "progress.updated") Object.assign(changes, progressOf(data));
    if (kind === "job.failed" || kind === "job.attemptFailed") changes.message = data.error.message;
    if (kind === "log.written") changes.logs = [...logs, event].slice(-this.#limit);
    if (kind === "checkpoint.opened") changes.checkpoints = [...others(), data];
    if (kind === "checkpoint.decided" || kind === "checkpoint.expired") changes.checkpoints = others();
    if (/^job\.(completed|failed|cancelled)$/.test(kind)) changes.checkpoints = [];
    this.#change(changes);
  }

  #begin(state, logs) {
    [this.#due, this.#isPausing] = [state.until, Boolean(state.pause_request)];
    const failure = state.error && { message: state.error.message };
    const texts = { ...progressOf(state.progress), ...failure };
    this.#change({ status: state.state ?? null, ...texts, checkpoints: [], logs: logs.slice(-this.#limit) });
  }

  #statusAfter(kind, at, data) {
    const { status } = this.#state;
    const whenDue = () => (this.#due > at ? "scheduled" : "queued");
    if (kind === "job.paused" || kind === "job.unpaused") {
      this.#isPausing = kind === "job.paused" && status === "running";
      return status === "running" ? status : kind === "job.paused" ? "paused" : whenDue();
    }
    if (kind in DUE) {
      this.#due = data[DUE[kind]];
      return this.#isPausing || status === "paused" ? "paused" : whenDue();
    }
    if (kind === "timer.fired" && !data.wait) return "queued";
    if (kind in STATUS) this.#isPausing = false;
    return STATUS[kind] ?? status;
  }
}

function progressOf(progress) {
  if (!progress) return { progress: null, message: null };
  const { done, total, phase = null, message = phase } = progress;
  const fraction = progress.fraction ?? (total > 0 ? Math.min(1, done / total) : undefined);
  return { progress: { ...progress, fraction }, message };
}
