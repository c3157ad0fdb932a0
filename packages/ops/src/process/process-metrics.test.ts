import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { systemClock } from "@signalbox/base";
import { scrapeText } from "../exposition/scrape.ts";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { parseExposition } from "../testing/parse-exposition.ts";
import { parseMaxFds, parseStat } from "./proc-files.ts";
import { addProcessMetrics } from "./process-metrics.ts";

test("metrics of the process have plausible values and help", async (t) => {
  const faults: unknown[] = [];
  const registry = new MetricsRegistry({
    clock: systemClock,
    onFault: (error) => faults.push(error),
  });
  t.after(addProcessMetrics(registry));
  // The loop's own measurements begin with its first round.
  await nextTurn();
  const text = await scrapeText(registry, undefined, { clock: systemClock });
  const { samples, types, helps } = parseExposition(text);
  const value = (name: string): number => samples.find((row) => row.name === name)?.value ?? -1;
  assert.deepEqual(faults, []);
  assert.deepEqual([...types.keys()], [...helps.keys()]);
  assert.ok(value("process_cpu_seconds_total") > 0);
  assert.ok(value("process_resident_memory_bytes") > 1e7);
  assert.ok(value("nodejs_heap_size_used_bytes") > 1e6);
  assert.ok(value("nodejs_eventloop_busy_seconds_total") > 0);
  assert.ok(value("nodejs_eventloop_lag_p99_seconds") >= value("nodejs_eventloop_lag_min_seconds"));
  assert.ok(Math.abs(value("process_start_time_seconds") - systemClock.now() / 1000) < 3600);
  assert.equal(types.get("process_cpu_seconds_total"), "counter");
  assert.ok(samples.some(({ labels }) => labels.some(([, text]) => text === process.version)));
});

test("what /proc says", () => {
  const fields = Array.from({ length: 50 }, (_, at) => String(at + 3));
  assert.deepEqual(parseStat(`1 (a) b) ${fields.join(" ")}\n`), { virtualBytes: 23 });
  assert.equal(parseStat(""), undefined);
  assert.equal(parseMaxFds("Limit\nMax open files            1024   4096  files\n"), 1024);
  assert.equal(parseMaxFds(""), undefined);
});
