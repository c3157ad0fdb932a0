import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog, VirtualClock } from "@signalbox/base";
import { HealthRegistry } from "@signalbox/ops";
import { watchHealth } from "./watch-health.ts";

test("each check that turns unwell is logged once, and once when it is well again", async () => {
  const clock = new VirtualClock();
  const health = new HealthRegistry(clock);
  let fault: string | undefined;
  health.register({
    name: "disk",
    run: () => {
      if (fault !== undefined) throw new Error(fault);
    },
  });
  const lines: string[] = [];
  const write = (line: string): void => {
    const { level, check, reason, msg } = JSON.parse(line) as Record<string, string>;
    lines.push([level, check, reason ?? "", msg].join("|"));
  };
  const stop = new AbortController();
  const log = createLog({ destination: { write } });
  const watching = watchHealth(health, { clock, log }, stop.signal);
  await clock.advance(5000);
  assert.equal(health.lastOutcomes().get("disk")?.ok, true);
  fault = "3 MiB are free";
  await clock.advance(15_000);
  fault = undefined;
  await clock.advance(15_000);
  stop.abort();
  await watching;
  assert.deepEqual(lines, [
    "warn|disk|3 MiB are free|a health check fails",
    "info|disk||a health check passes again",
  ]);
  assert.equal(clock.pending, 0);
});
