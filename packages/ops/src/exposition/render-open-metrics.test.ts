import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { scrapeText } from "./scrape.ts";

const clock = new VirtualClock(1_700_000_000_500);
const create = (): MetricsRegistry => new MetricsRegistry({ clock });
const text = (metrics: MetricsRegistry): Promise<string> =>
  scrapeText(metrics, "application/openmetrics-text;version=1.0.0", { clock });

test("an empty registry is the end alone", async () => {
  assert.equal(await text(create()), "# EOF\n");
});

test("counters lose and regain their ending; others of the kind are of unknown type", async () => {
  const metrics = create();
  metrics.counter("jobs_total", { help: 'A "job".' }).add(2, { q: "a" });
  metrics.counter("ticks").add(3);
  metrics.gauge("level").set(0.5);
  metrics.summary("s_seconds").observe(2);
  assert.equal(
    await text(metrics),
    `# TYPE jobs counter
# HELP jobs A \\"job\\".
jobs_total{q="a"} 2
jobs_created{q="a"} 1700000000.500
# TYPE level gauge
level 0.5
# TYPE s_seconds summary
s_seconds_sum 2
s_seconds_count 1
s_seconds_created 1700000000.500
# TYPE ticks unknown
ticks 3
# EOF
`,
  );
});

test("exemplars stand on counters and buckets, bounds are never bare whole numbers", async () => {
  const metrics = create();
  metrics.counter("c_total").add(1, {}, { exemplar: { trace_id: "abc" } });
  const histogram = metrics.histogram("h", { buckets: [1, 2] });
  histogram.observe(0.5, {}, { exemplar: { trace_id: "first" } });
  histogram.observe(0.75, {}, { exemplar: { trace_id: 'l"ast' } });
  histogram.observe(3, {}, { exemplar: { trace_id: "x".repeat(121) } });
  assert.equal(
    await text(metrics),
    `# TYPE c counter
c_total 1 # {trace_id="abc"} 1 1700000000.500
c_created 1700000000.500
# TYPE h histogram
h_bucket{le="1.0"} 2 # {trace_id="l\\"ast"} 0.75 1700000000.500
h_bucket{le="2.0"} 2
h_bucket{le="+Inf"} 3
h_sum 4.25
h_count 3
h_created 1700000000.500
# EOF
`,
  );
});

test("the sum over negative buckets is no counter, so it is left out", async () => {
  const metrics = create();
  metrics.histogram("t_celsius", { buckets: [-10, 0] }).observe(-5);
  assert.doesNotMatch(await text(metrics), /_sum|_count/);
});

test("a counter without its ending does not take another metric's name", async () => {
  const metrics = create();
  metrics.gauge("jobs").set(1);
  metrics.counter("jobs_total").add(2);
  metrics.counter("runs_total").add(3);
  metrics.gauge("runs_created").set(4);
  assert.equal(
    await text(metrics),
    `# TYPE jobs gauge
jobs 1
# TYPE jobs_total unknown
jobs_total 2
# TYPE runs_created gauge
runs_created 4
# TYPE runs counter
runs_total 3
# EOF
`,
  );
});
