import assert from "node:assert/strict";
import { test } from "node:test";
import { type Metrics, VirtualClock } from "@signalbox/base";
import { scrapeText } from "./exposition/scrape.ts";
import { metricsPort } from "./metrics-port.ts";
import { MetricsRegistry } from "./metrics/metrics-registry.ts";

test("libraries report through the port, and share metrics by name", async () => {
  const clock = new VirtualClock();
  const registry = new MetricsRegistry({ clock });
  const metrics: Metrics = metricsPort(registry);
  const spec = { name: "things_total", help: "Things.", labels: ["kind"] };
  metrics.counter(spec).add({ kind: "a" });
  metrics.counter(spec).add({ kind: "a" }, 2.5);
  metrics.gauge({ name: "level", help: "Level." }).set(4);
  metrics.histogram({ name: "work_seconds", help: "Work.", buckets: [1, 2] }).observe(1.5);
  let seats = 1;
  metrics.sampled({ name: "seats", help: "Seats.", labels: ["row"] }, () => [
    [seats, { row: "a" }],
  ]);
  seats = 2;
  assert.equal(
    await scrapeText(registry, undefined, { clock }),
    `# HELP level Level.
# TYPE level gauge
level 4
# HELP seats Seats.
# TYPE seats gauge
seats{row="a"} 2
# HELP things_total Things.
# TYPE things_total counter
things_total{kind="a"} 3.5
# HELP work_seconds Work.
# TYPE work_seconds histogram
work_seconds_bucket{le="1"} 0
work_seconds_bucket{le="2"} 1
work_seconds_bucket{le="+Inf"} 1
work_seconds_sum 1.5
work_seconds_count 1
`,
  );
  assert.ok((registry.snapshot()[3]?.natives.length ?? 0) > 0);
});
