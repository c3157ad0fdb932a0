import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { type PlainMessage, readMetricFamilies } from "../testing/wire-messages.ts";
import { scrape } from "./scrape.ts";

const ACCEPT =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
const clock = new VirtualClock(1_700_000_000_500);
const CREATED = { seconds: 1_700_000_000, nanos: 500_000_000 };
const create = (): MetricsRegistry => new MetricsRegistry({ clock });

async function families(metrics: MetricsRegistry): Promise<readonly PlainMessage[]> {
  const { body } = scrape(metrics, { accept: ACCEPT }, { clock });
  return readMetricFamilies(Buffer.concat(await Array.fromAsync(body)));
}

test("counters, gauges and summaries", async () => {
  const metrics = create();
  metrics.counter("c_total", { help: "Help é." }).add(7, { k: "日本" }, { exemplar: { id: "x" } });
  metrics.gauge("g").set(-0.5);
  metrics.summary("s").observe(1.5, { b: 2, a: 1 });
  assert.deepEqual(await families(metrics), [
    {
      name: "c_total",
      help: "Help é.",
      type: "COUNTER",
      metric: [
        {
          label: [{ name: "k", value: "日本" }],
          counter: {
            value: 7,
            exemplar: { label: [{ name: "id", value: "x" }], value: 7, timestamp: CREATED },
            created_timestamp: CREATED,
          },
        },
      ],
    },
    { name: "g", type: "GAUGE", metric: [{ label: [], gauge: { value: -0.5 } }] },
    {
      name: "s",
      type: "SUMMARY",
      metric: [
        {
          label: [
            { name: "a", value: "1" },
            { name: "b", value: "2" },
          ],
          summary: { sample_count: 1, sample_sum: 1.5, quantile: [], created_timestamp: CREATED },
        },
      ],
    },
  ]);
});

test("a histogram, classic and native at once", async () => {
  const metrics = create();
  const histogram = metrics.histogram("h", { buckets: [1, 4], native: { bucketFactor: 2 } });
  // Schema 0: 3 values in bucket 0 (0.5, 1], 1 in 2 (2, 4], 1 in 7 (64, 128]; -3 in 2; 0.
  for (const value of [0.75, 0.8, 1, 3, 100, -3, 0]) histogram.observe(value);
  const [family] = (await families(metrics)) as [{ metric: [{ histogram: PlainMessage }] }];
  assert.deepEqual(family.metric[0].histogram, {
    sample_count: 7,
    sample_sum: 102.55,
    bucket: [
      { cumulative_count: 5, upper_bound: 1 },
      { cumulative_count: 6, upper_bound: 4 },
    ],
    schema: 0,
    zero_threshold: 2 ** -128,
    zero_count: 1,
    negative_span: [{ offset: 2, length: 1 }],
    negative_delta: [1],
    positive_span: [
      { offset: 0, length: 3 },
      { offset: 4, length: 1 },
    ],
    positive_delta: [3, -3, 1, 0],
    created_timestamp: CREATED,
  });
});

test("a native histogram alone writes the bucket of +Inf for its exemplar only", async () => {
  const metrics = create();
  metrics.histogram("h", { native: {} }).observe(2, {}, { exemplar: { id: "t" } });
  const [family] = (await families(metrics)) as [{ metric: [{ histogram: PlainMessage }] }];
  assert.deepEqual(family.metric[0].histogram["bucket"], [
    {
      cumulative_count: 1,
      upper_bound: Infinity,
      exemplar: { label: [{ name: "id", value: "t" }], value: 2, timestamp: CREATED },
    },
  ]);
});

test("long messages keep their lengths", async () => {
  const metrics = create();
  const gauge = metrics.gauge("g", { maxSeries: 5000 });
  const long = "x".repeat(20_000);
  gauge.set(2 ** 53, { long });
  for (let n = 0; n < 3000; n++) gauge.set(n, { n });
  const [family] = (await families(metrics)) as [{ metric: { label: { value: string }[] }[] }];
  assert.equal(family.metric.length, 3001);
  assert.equal(family.metric[0]?.label[0]?.value.length, 20_000);
});
