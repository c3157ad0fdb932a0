import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { scrapeText } from "../exposition/scrape.ts";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { addHealthMetrics } from "./health-metrics.ts";
import { HealthRegistry } from "./health-registry.ts";

test("checks show in the metrics once they ran", async () => {
  const clock = new VirtualClock(60_000);
  const metrics = new MetricsRegistry({ clock });
  const health = new HealthRegistry(clock);
  addHealthMetrics(metrics, health);
  health.register({ name: "db", run: () => Promise.reject(new Error("down")) });
  health.register({ name: "cache", severity: "degraded", run: () => {} });
  const values = async (): Promise<string[]> =>
    (await scrapeText(metrics, undefined, { clock }))
      .split("\n")
      .filter((line) => line.startsWith("health"));
  assert.deepEqual(await values(), ["health_draining 0"]);
  await health.probe("ready");
  health.startDraining();
  assert.deepEqual(await values(), [
    'health_check_changed_timestamp_seconds{check="cache",severity="degraded"} 60',
    'health_check_changed_timestamp_seconds{check="db",severity="fatal"} 60',
    'health_check_ok{check="cache",severity="degraded"} 1',
    'health_check_ok{check="db",severity="fatal"} 0',
    "health_draining 1",
  ]);
});
