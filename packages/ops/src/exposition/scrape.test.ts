import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { systemClock, VirtualClock } from "@signalbox/base";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { parseExposition } from "../testing/parse-exposition.ts";
import { readMetricFamilies } from "../testing/wire-messages.ts";
import { scrape, scrapeText } from "./scrape.ts";

const PROTO =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

test("gzip when asked for", async () => {
  const clock = new VirtualClock();
  const metrics = new MetricsRegistry({ clock });
  metrics.gauge("g").set(1);
  const { headers, body } = scrape(metrics, { acceptEncoding: "gzip" }, { clock });
  assert.equal(headers["content-encoding"], "gzip");
  const bytes = Buffer.concat(await Array.fromAsync(body));
  assert.equal(gunzipSync(bytes).toString(), "# TYPE g gauge\ng 1\n");
});

for (const accept of ["text/plain", "application/openmetrics-text"]) {
  test(`10,000 series as ${accept}, in order, also those that came after the first scrape`, async () => {
    const clock = new VirtualClock();
    const metrics = new MetricsRegistry({ clock, maxSeries: 20_000 });
    const gauge = metrics.gauge("g");
    const read = async (): Promise<string[]> =>
      parseExposition(await scrapeText(metrics, accept, { clock })).samples.map(
        ({ labels }) => labels[0]?.[1] ?? "",
      );
    for (let n = 0; n < 10_000; n++) gauge.set(n, { n: (n * 7919) % 10_000 });
    const first = await read();
    assert.equal(first.length, 10_000);
    assert.deepEqual(first, first.toSorted());
    gauge.set(1, { n: "5a" });
    gauge.set(1, { n: "0" });
    gauge.set(1, { n: "" });
    const second = await read();
    assert.equal(second.length, 10_002);
    assert.deepEqual(second, second.toSorted());
  });
}

test("a scrape shows one moment, whatever changes while it is rendered", async () => {
  const clock = new VirtualClock();
  const metrics = new MetricsRegistry({ clock });
  const counter = metrics.counter("a_total");
  const histogram = metrics.histogram("h", { native: {}, buckets: [1] });
  const measure = (): void => {
    counter.add(1, { k: "old" });
    histogram.observe(0.5, {}, { exemplar: { id: clock.now() } });
  };
  measure();
  const texts = scrape(metrics, { accept: "application/openmetrics-text" }, { clock });
  const proto = scrape(metrics, { accept: PROTO }, { clock });
  counter.add(1, { k: "new" });
  measure();
  metrics.gauge("later").set(1);
  const text = Buffer.concat(await Array.fromAsync(texts.body)).toString();
  assert.match(text, /^a_total\{k="old"\} 1$/m);
  assert.doesNotMatch(text, /new|later/);
  assert.match(text, /^h_bucket\{le="1.0"\} 1 # /m);
  const [, family] = readMetricFamilies(Buffer.concat(await Array.fromAsync(proto.body))) as [
    unknown,
    { metric: [{ histogram: { sample_count: number; positive_delta: number[] } }] },
  ];
  const { sample_count, positive_delta } = family.metric[0].histogram;
  assert.deepEqual([sample_count, positive_delta], [1, [1]]);
});

test("two scrapes at once do not disturb each other", async () => {
  const clock = new VirtualClock();
  const metrics = new MetricsRegistry({ clock, maxSeries: 10_000 });
  const gauge = metrics.gauge("g");
  for (let n = 0; n < 3000; n++) gauge.set(n, { n });
  const early = scrape(metrics, {}, { clock, sliceMs: 0 });
  for (let n = 3000; n < 5000; n++) gauge.set(n, { n });
  const late = scrape(metrics, {}, { clock, sliceMs: 0 });
  const [a, b] = await Promise.all([Array.fromAsync(early.body), Array.fromAsync(late.body)]);
  const count = (pieces: Uint8Array[]): number =>
    parseExposition(Buffer.concat(pieces).toString()).samples.length;
  assert.deepEqual([count(a), count(b)], [3000, 5000]);
});

test("the work is cut into slices: others get their turn between them", async () => {
  const metrics = new MetricsRegistry({ clock: systemClock, maxSeries: 20_000 });
  const gauge = metrics.gauge("g");
  for (let n = 0; n < 20_000; n++) gauge.set(n, { n });
  let turns = 0;
  const yieldTurn = (): Promise<void> => {
    turns++;
    return Promise.resolve();
  };
  await scrapeText(metrics, undefined, { clock: systemClock, sliceMs: 0, yieldTurn });
  // One chance a 256 series while sorting, and one a piece of text.
  assert.ok(turns > 100, `${turns} turns`);
});
