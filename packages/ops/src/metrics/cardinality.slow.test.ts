import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { scrapeText } from "../exposition/scrape.ts";
import { MetricsRegistry } from "./metrics-registry.ts";

const clock = new VirtualClock();

test("a metric with 1,000,000 label values has its limit of series and one for the rest", async () => {
  const metrics = new MetricsRegistry({ clock, maxSeries: 100 });
  const counter = metrics.counter("exploding_total");
  for (let n = 0; n < 1_000_000; n++) counter.add(1, { user: n, zone: n % 3 });
  counter.add(1, { user: 5, zone: 2 });
  const exposition = await scrapeText(metrics, undefined, { clock });
  assert.equal(exposition.match(/^exploding_total\{/gm)?.length, 101);
  assert.match(exposition, /^exploding_total\{overflow="true"\} 999900$/m);
  assert.match(exposition, /^exploding_total\{user="5",zone="2"\} 2$/m);
  assert.deepEqual(metrics.cardinality(), [
    {
      metric: "exploding_total",
      series: 101,
      maxSeries: 100,
      refusedUpdates: 999_900,
      labels: [
        { name: "user", values: 100, example: "0" },
        { name: "zone", values: 3, example: "0" },
        { name: "overflow", values: 1, example: "true" },
      ],
    },
  ]);
});
