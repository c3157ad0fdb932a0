import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { createLog, VirtualClock } from "@signalbox/base";
import { HealthRegistry } from "@signalbox/ops";
import { startRegularProbe } from "./regular-probe.ts";

interface Line {
  readonly level: string;
  readonly check: string;
  readonly reason?: string;
  readonly msg: string;
}

function startWorld() {
  const clock = new VirtualClock();
  const health = new HealthRegistry(clock);
  const lines: Line[] = [];
  const log = createLog({
    destination: { write: (text: string) => void lines.push(JSON.parse(text) as Line) },
  });
  let fault: string | undefined;
  health.register({
    name: "disk",
    run: () => {
      if (fault !== undefined) throw new Error(fault);
    },
    cacheMs: 0,
  });
  const probe = startRegularProbe({ health, clock, log });
  const wait = async (): Promise<void> => {
    await clock.advance(10_000);
    await turn();
  };
  return { clock, health, lines, probe, wait, turnsTo: (to?: string) => void (fault = to) };
}

test("what turns is noticed without anybody who asks, and logged once", async () => {
  const { clock, health, lines, probe, wait, turnsTo } = startWorld();
  await wait();
  turnsTo("full");
  const brokeMs = clock.now();
  await wait();
  await wait();
  const { ok, sinceMs } = health.lastOutcomes().get("disk") ?? {};
  assert.equal(ok, false);
  assert.equal(sinceMs, brokeMs + 10_000, "since when, to the next time");
  turnsTo();
  await wait();
  assert.deepEqual(
    lines.map(({ level, check, reason, msg }) => [level, check, reason, msg]),
    [
      ["warn", "disk", "full", "a health check fails"],
      ["info", "disk", undefined, "a health check passes again"],
    ],
  );
  await probe.close();
  turnsTo("full again");
  await wait();
  assert.equal(health.lastOutcomes().get("disk")?.ok, true, "closed, it asks no more");
});

test("a stop is no fault", async () => {
  const { health, lines, probe, wait, turnsTo } = startWorld();
  await wait();
  health.startDraining();
  turnsTo("closed");
  await wait();
  await wait();
  assert.deepEqual(lines, []);
  await probe.close();
});
