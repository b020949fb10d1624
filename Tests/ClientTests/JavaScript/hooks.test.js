import assert from "node:assert/strict";
import { register } from "node:module";
import { describe, test } from "node:test";
import { HoldfastClient } from "../../../Sources/HoldfastServer/Clients/JavaScript/holdfast.js";
import { Clock, end, event, FakeServer, open, snapshot } from "./fakes.js";

// "react" and "vue" resolve to what the tests put there: the hooks are tried without installing either.
const fakes = {
  react: "export const useMemo = (...a) => fakeReact.useMemo(...a), useSyncExternalStore = (...a) => fakeReact.useSyncExternalStore(...a);",
  vue: ["computed", "getCurrentInstance", "onMounted", "shallowRef", "toValue", "watch"]
    .map((name) => `export const ${name} = (...a) => fakeVue.${name}(...a);`).join(""),
};
const resolver = `const fakes = ${JSON.stringify(fakes)};
export const resolve = (name, context, next) => fakes[name] === undefined ? next(name, context)
  : { url: "data:text/javascript," + encodeURIComponent(fakes[name]), shortCircuit: true };`;
register(`data:text/javascript,${encodeURIComponent(resolver)}`);
const clients = "../../../Sources/HoldfastServer/Clients/JavaScript";
const { useJob: useReactJob } = await import(`${clients}/holdfast-react.js`);
const { useJob: useVueJob } = await import(`${clients}/holdfast-vue.js`);

/** As much of React as one component with these two hooks needs. */
class Component {
  constructor(render) {
    this.render = () => {
      globalThis.fakeReact = this;
      this.shown = render();
    };
    this.render();
  }
  useMemo(make, inputs) {
    const isSame = this.memo && inputs.every((input, index) => Object.is(input, this.memo.inputs[index]));
    if (!isSame) this.memo = { inputs, value: make() };
    return this.memo.value;
  }
  useSyncExternalStore(subscribe, getSnapshot) {
    assert.equal(getSnapshot(), getSnapshot(), "a snapshot that is new on each look makes React render for ever");
    if (subscribe !== this.subscribed) {
      this.unmount?.();
      this.subscribed = subscribe;
      this.unmount = subscribe(() => this.render());
    }
    return getSnapshot();
  }
}

/** As much of Vue as the hook needs: refs, one watcher and its cleanup. */
class Scope {
  constructor(instance) {
    this.instance = instance;
    this.mounts = [];
    globalThis.fakeVue = this;
  }
  shallowRef = (value) => ({ value });
  computed = (get) => ({ get value() { return get(); } });
  toValue = (source) => (typeof source === "function" ? source() : source?.value ?? source);
  getCurrentInstance = () => this.instance;
  onMounted = (work) => this.mounts.push(work);
  watch(get, work, { immediate }) {
    assert.equal(immediate, true);
    let previous;
    this.run = () => {
      const value = get();
      if (this.cleanup && value === previous) return;
      this.cleanup?.();
      work(value, previous, (cleanup) => { this.cleanup = cleanup; });
      previous = value;
    };
    this.run();
  }
}

async function start(t) {
  const server = await FakeServer.start(t);
  const clock = new Clock();
  return { server, clock, client: new HoldfastClient({ url: server.url, random: () => 1, ...clock.options }) };
}

/** Lets frames pass until something holds. */
async function shows(clock, condition) {
  while (!condition()) {
    await new Promise(setImmediate);
    clock.advance(16);
  }
}
const names = ["checkpoints", "error", "isConnected", "logs", "message", "progress", "reconnect", "status"];
const lines = Array.from({ length: 205 }, (_, index) => event(index + 3));

describe("React", { timeout: 60_000 }, () => {
  test("useJob shows the job, keeps 200 logs, and closes when it is unmounted", async (t) => {
    const { server, clock, client } = await start(t);
    const component = new Component(() => useReactJob("j-1", { client, from: "start" }));
    assert.deepEqual(Object.keys(component.shown).sort(), names);
    const exchange = await server.next();
    assert.equal(exchange.url, "/v1/jobs/j-1/stream?from=start");
    exchange.send(open(0), event(1, "job.started", {}), event(2, "progress.updated", { done: 1, total: 2, phase: "p" }), ...lines);
    await shows(clock, () => component.shown.logs.at(-1)?.position === "207");
    const { status, progress, message, logs, isConnected, error } = component.shown;
    assert.deepEqual([status, progress.fraction, message, logs.length, isConnected, error], ["running", 0.5, "p", 200, true, null]);
    component.unmount();
    await exchange.closed();
  });

  test("rendering again keeps the connection, another job takes another", async (t) => {
    const { server, client } = await start(t);
    let id = "j-1";
    const component = new Component(() => useReactJob(id, { client, from: "start" }));
    const first = await server.next();
    component.render();
    id = "j-2";
    component.render();
    await first.closed();
    assert.equal((await server.next()).path, "/v1/jobs/j-2/stream");
    component.unmount();
  });

  test("without a job nothing is asked, and without a client one is made", async (t) => {
    const { server, clock } = await start(t);
    let id;
    const component = new Component(() => useReactJob(id, { url: server.url, ...clock.options }));
    assert.equal(component.shown.status, null);
    id = "j-1";
    component.render();
    assert.equal((await server.next()).path, "/v1/jobs/j-1/stream");
    assert.equal(server.exchanges.length, 1);
    component.unmount();
  });
});

describe("Vue", { timeout: 60_000 }, () => {
  for (const [what, instance] of [["in a component, once it is mounted", {}], ["in an effect scope, at once", null]]) {
    test(`useJob shows the job ${what}`, async (t) => {
      const { server, clock, client } = await start(t);
      const scope = new Scope(instance);
      const job = useVueJob(() => "j-1", { client, from: "start" });
      assert.deepEqual(Object.keys(job).sort(), names);
      assert.equal(scope.mounts.length, instance ? 1 : 0);
      assert.equal(scope.run === undefined, Boolean(instance));
      for (const mount of scope.mounts) mount();
      const exchange = await server.next();
      exchange.send(open(0), event(1, "job.started", {}), event(2, "progress.updated", { done: 1, total: 2, phase: "p" }), ...lines);
      await shows(clock, () => job.logs.value.at(-1)?.position === "207");
      assert.deepEqual([job.status.value, job.progress.value.fraction, job.message.value, job.logs.value.length, job.isConnected.value, job.error.value],
        ["running", 0.5, "p", 200, true, null]);
      scope.cleanup();
      await exchange.closed();
    });
  }

  test("another job takes another connection, and reconnect() is of the one that is shown", async (t) => {
    const { server, clock, client } = await start(t);
    const id = { value: "j-1" };
    const scope = new Scope(null);
    const job = useVueJob(id, { client });
    const first = await server.next();
    id.value = "j-2";
    scope.run();
    await first.closed();
    const second = await server.next();
    assert.equal(second.path, "/v1/jobs/j-2/stream");
    second.send(open(0), snapshot(5, { state: "queued" }));
    await shows(clock, () => job.status.value === "queued");
    job.reconnect();
    await second.closed();
    const third = await server.next();
    assert.deepEqual([third.path, third.query.last_event_id], ["/v1/jobs/j-2/stream", "5"]);
    third.send(open(5), event(6, "job.completed", {}), end(6));
    await shows(clock, () => job.status.value === "completed" && !job.isConnected.value);
    scope.cleanup();
  });
});
