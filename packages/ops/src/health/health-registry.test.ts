import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, VirtualClock } from "@signalbox/base";
import type { HealthCheck } from "./health-check.ts";
import { HealthRegistry } from "./health-registry.ts";
import type { HealthReport } from "./health-report.ts";

const well = (name: string, more: Partial<HealthCheck> = {}): HealthCheck => ({
  name,
  run: () => {},
  ...more,
});
const unwell = (name: string, more: Partial<HealthCheck> = {}): HealthCheck => ({
  name,
  run: () => {
    throw new Error("down");
  },
  ...more,
});

function errors({ checks }: HealthReport): Record<string, string | undefined> {
  return Object.fromEntries([...checks].map(([name, { error }]) => [name, error]));
}

test("nothing registered is healthy", async () => {
  const report = await new HealthRegistry(new VirtualClock()).probe("ready");
  assert.deepEqual([report.status, report.checks.size], ["healthy", 0]);
});

test("one failing check makes the whole unhealthy, and taking it away heals", async () => {
  const health = new HealthRegistry(new VirtualClock());
  health.register(well("db"));
  health.register(unwell("queue"));
  const report = await health.probe("ready");
  assert.equal(report.status, "unhealthy");
  assert.deepEqual(errors(report), { db: undefined, queue: "down" });
  health.deregister("queue");
  health.deregister("never registered");
  assert.equal((await health.probe("ready")).status, "healthy");
});

test("registering a name again replaces its check", async () => {
  const health = new HealthRegistry(new VirtualClock());
  health.register(unwell("db"));
  health.register(well("db"));
  assert.equal((await health.probe("ready")).status, "healthy");
  assert.deepEqual(health.names(), ["db"]);
});

test("each probe asks its own checks", async () => {
  const health = new HealthRegistry(new VirtualClock());
  health.register(unwell("db"));
  health.register(well("loop", { probes: ["live", "ready"] }));
  assert.equal((await health.probe("live")).status, "healthy");
  assert.deepEqual(health.namesOf("ready"), ["db", "loop"]);
  assert.equal(await health.probeOne("live", "db"), undefined);
  assert.equal((await health.probeOne("ready", "db"))?.ok, false);
});

test("a degraded check is said, and the probe passes", async () => {
  const health = new HealthRegistry(new VirtualClock());
  health.register(unwell("cache", { severity: "degraded" }));
  assert.equal((await health.probe("ready")).status, "degraded");
  health.register(unwell("db"));
  assert.equal((await health.probe("ready")).status, "unhealthy");
});

test("a check that never settles fails at its time limit, and is not started again", async () => {
  const clock = new VirtualClock();
  const health = new HealthRegistry(clock);
  let started = 0;
  let seen: AbortSignal | undefined;
  const run = (signal: AbortSignal): Promise<void> => {
    started++;
    seen = signal;
    return new Promise(() => {});
  };
  health.register({ name: "hung", run, timeoutMs: 50, cacheMs: 0 });
  const first = health.probe("ready");
  await clock.advance(50);
  assert.deepEqual(errors(await first), { hung: "no answer within 50 ms" });
  assert.equal(seen?.aborted, true);
  const second = await health.probe("ready");
  assert.deepEqual(errors(second), { hung: "still running, long past its time" });
  assert.equal(started, 1);
  assert.equal(clock.pending, 0);
});

test("what a check throws, of any kind, is a reason and no more", async () => {
  const health = new HealthRegistry(new VirtualClock());
  const thrown: Record<string, unknown> = { text: "plain", nothing: undefined, empty: new Error() };
  for (const [name, value] of Object.entries(thrown)) {
    health.register({
      name,
      run: () => {
        throw value;
      },
    });
  }
  assert.deepEqual(errors(await health.probe("ready")), {
    text: "plain",
    nothing: "undefined",
    empty: "Error",
  });
});

test("probes that come together share one run, and its answer is kept a while", async () => {
  const clock = new VirtualClock();
  const health = new HealthRegistry(clock);
  let runs = 0;
  health.register({ name: "db", run: () => void runs++, cacheMs: 1000 });
  await Promise.all([health.probe("ready"), health.probe("ready"), health.probe("ready")]);
  await clock.advance(999);
  await health.probe("ready");
  assert.equal(runs, 1);
  await clock.advance(1);
  await health.probe("ready");
  assert.equal(runs, 2);
});

test("what has started once stays started", async () => {
  const clock = new VirtualClock();
  const health = new HealthRegistry(clock);
  let fault: Error | undefined = new Error("loading");
  const run = (): void => {
    if (fault !== undefined) throw fault;
  };
  health.register({ name: "load", probes: ["startup"], run, cacheMs: 0 });
  assert.equal((await health.probe("startup")).status, "unhealthy");
  fault = undefined;
  assert.equal((await health.probe("startup")).status, "healthy");
  fault = new Error("again");
  assert.equal((await health.probe("startup")).status, "healthy");
});

test("draining fails readiness alone", async () => {
  const health = new HealthRegistry(new VirtualClock());
  health.register(well("db", { probes: ["live", "ready"] }));
  health.startDraining();
  assert.deepEqual(errors(await health.probe("ready")), {
    db: undefined,
    shutdown: "shutting down",
  });
  assert.equal((await health.probe("live")).status, "healthy");
  assert.equal(health.isDraining, true);
});

test("the report tells since when a check is well or unwell", async () => {
  const clock = new VirtualClock();
  const health = new HealthRegistry(clock);
  health.register(unwell("db", { cacheMs: 0 }));
  const sinceMs = async (): Promise<number | undefined> =>
    (await health.probe("ready")).checks.get("db")?.sinceMs;
  const first = await sinceMs();
  await clock.advance(60_000);
  assert.equal(await sinceMs(), first);
});

test("excluded checks are not run", async () => {
  const health = new HealthRegistry(new VirtualClock());
  health.register(unwell("db"));
  const report = await health.probe("ready", { exclude: new Set(["db"]) });
  assert.deepEqual([report.status, report.checks.size], ["healthy", 0]);
});

test("what cannot be run is refused at once, not at the first probe", () => {
  const health = new HealthRegistry(new VirtualClock());
  const checks = [{ name: "", run: () => {} }, { name: "db" }];
  for (const check of checks) {
    assert.throws(
      () => health.register(check as HealthCheck),
      (error) => Problem.is(error, "invalid_request"),
    );
  }
});

test("who waits for draining is told once, and at once when it is late", () => {
  const health = new HealthRegistry(new VirtualClock());
  let told = 0;
  const leave = health.onDraining(() => void told--);
  leave();
  health.onDraining(() => void told++);
  health.startDraining();
  health.startDraining();
  health.onDraining(() => void told++);
  assert.equal(told, 2);
});

test("outcomes are read without running anything", async () => {
  const health = new HealthRegistry(new VirtualClock());
  health.register(unwell("db"));
  assert.equal(health.lastOutcomes().size, 0);
  await health.probe("ready");
  assert.equal(health.lastOutcomes().get("db")?.error, "down");
});
