import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, VirtualClock } from "@signalbox/base";
import { scrapeText } from "../exposition/scrape.ts";
import type { Observer } from "../observers/observer.ts";
import { MetricsRegistry } from "./metrics-registry.ts";

const clock = new VirtualClock();
const create = (): MetricsRegistry => new MetricsRegistry({ clock });
const text = (metrics: MetricsRegistry): Promise<string> =>
  scrapeText(metrics, undefined, { clock });

test("the exposition vector, byte by byte (ops §2.1)", async () => {
  const metrics = create();
  const transactions = metrics.counter("tx_total");
  transactions.add(2, { mti: "0200" });
  transactions.add(3, { mti: "0200" });
  metrics.gauge("open_conns").set(5);
  const latency = metrics.summary("latency_seconds");
  latency.observe(0.25);
  latency.observe(0.75);
  assert.equal(
    await text(metrics),
    `# TYPE latency_seconds summary
latency_seconds_count 2
latency_seconds_sum 1
# TYPE open_conns gauge
open_conns 5
# TYPE tx_total counter
tx_total{mti="0200"} 5
`,
  );
});

test("an empty registry has an empty body, and so has one whose handles were never used", async () => {
  const metrics = create();
  metrics.counter("unused_total");
  assert.equal(await text(metrics), "");
});

test("series are in order of their labels, those without first", async () => {
  const metrics = create();
  const gauge = metrics.gauge("g");
  for (const k of ["b", "a", "\u{1f600}", "\uffee"]) gauge.set(1, { k });
  gauge.set(1);
  const order = [...(await text(metrics)).matchAll(/^g(\S*) 1$/gm)].map((match) => match[1]);
  assert.deepEqual(order, ["", '{k="a"}', '{k="b"}', '{k="\uffee"}', '{k="\u{1f600}"}']);
});

test("the first update binds the kind, and the conflict says so (ops §2)", () => {
  const metrics = create();
  metrics.gauge("dup");
  metrics.counter("dup").add();
  assert.throws(() => metrics.gauge("dup").set(1), {
    message: 'ops: metric "dup" used as gauge but already registered as counter',
  });
  assert.throws(() => metrics.summary("dup").observe(1), {
    message: 'ops: metric "dup" used as summary but already registered as counter',
  });
});

test("a summary also holds the names of its samples (ops §4.3)", () => {
  const metrics = create();
  metrics.summary("x").observe(1);
  for (const name of ["x_count", "x_sum"]) {
    assert.throws(() => metrics.gauge(name).set(1), /would both write x_/);
  }
  metrics.gauge("y_count").set(1);
  assert.throws(() => metrics.summary("y").observe(1), /summary "y" and gauge "y_count"/);
  metrics.gauge("z_bucket").set(1);
  metrics.summary("z").observe(1);
  metrics.gauge("h_bucket").set(1);
  assert.throws(() => metrics.histogram("h").observe(1), /h_bucket/);
});

test("names that are the same when escaped cannot both be", () => {
  const metrics = create();
  metrics.counter("db.query").add();
  assert.throws(() => metrics.counter("db_query").add(), /would both write db_query/);
});

test("a counter grows by whole numbers from 0 on", async () => {
  const metrics = create();
  const counter = metrics.counter("c_total");
  for (const by of [-1, 0.5, Number.NaN, Infinity, -Infinity]) {
    assert.throws(
      () => counter.add(by),
      (error) => Problem.is(error, "invalid_request"),
    );
  }
  assert.equal(await text(metrics), "");
  counter.add(0);
  assert.match(await text(metrics), /^c_total 0$/m);
  const seconds = metrics.counter("s_total", { allowsFractions: true });
  seconds.add(0.5);
  assert.throws(() => seconds.add(-0.5), /not -0.5/);
  assert.throws(() => seconds.add(Infinity), /not Infinity/);
});

test("gauges go both ways, summaries take anything, and NaN spoils their sum", async () => {
  const metrics = create();
  const gauge = metrics.gauge("g");
  gauge.add(2.5);
  gauge.add(-4);
  const summary = metrics.summary("s");
  summary.observe(-1);
  summary.observe(Number.NaN);
  summary.observe(5);
  assert.equal(
    await text(metrics),
    "# TYPE g gauge\ng -1.5\n# TYPE s summary\ns_count 3\ns_sum NaN\n",
  );
});

test("the report names first what overflows, then what is largest", () => {
  const metrics = new MetricsRegistry({ clock });
  for (let n = 0; n < 5; n++) metrics.gauge("large", { maxSeries: undefined }).set(1, { n });
  for (let n = 0; n < 5; n++) metrics.gauge("over", { maxSeries: 2 }).set(1, { n, zone: "a" });
  metrics.gauge("small").set(1);
  metrics.gauge("little").set(1);
  const report = metrics.cardinality(3);
  assert.deepEqual(
    report.map(({ metric, series, refusedUpdates, maxSeries }) => [
      metric,
      series,
      refusedUpdates,
      maxSeries,
    ]),
    [
      ["over", 3, 3, 2],
      ["large", 5, 0, 2000],
      ["little", 1, 0, 2000],
    ],
  );
  assert.deepEqual(
    report[0]?.labels.map(({ name, values }) => [name, values]),
    [
      ["n", 2],
      ["overflow", 1],
      ["zone", 1],
    ],
  );
});

test("1 and the text 1 are the same series; the last of two labels wins", async () => {
  const metrics = create();
  const counter = metrics.counter("c_total");
  counter.add(1, { k: 1 });
  counter.add(1, { k: "1" });
  counter.add(1, [
    ["k", "2"],
    ["k", 1],
  ]);
  assert.match(await text(metrics), /^c_total\{k="1"\} 3$/m);
});

test("reserved and unfit names are refused, and leave nothing behind", async () => {
  const metrics = create();
  assert.throws(() => metrics.counter("").add(), /cannot name a metric/);
  assert.throws(() => metrics.counter("a\ud800").add(), /cannot name a metric/);
  const gauge = metrics.gauge("g");
  assert.throws(() => gauge.set(1, { __name__: "x" }), /two underscores/);
  assert.throws(() => gauge.set(1, { "": "x" }), /is not a name/);
  assert.throws(() => gauge.set(1, { "a.b": 1, a_b: 2 }), /the same as "a.b" when escaped/);
  metrics.gauge("late").set(1, { "a.b": 1 });
  assert.throws(() => metrics.gauge("late").set(1, { a_b: 1 }), /the same as "a.b" when escaped/);
  assert.throws(() => metrics.summary("s").observe(1, { quantile: 1 }), /reserved for a summary/);
  assert.throws(() => metrics.histogram("h").observe(1, { le: 1 }), /reserved for a histogram/);
  assert.equal(await text(metrics), '# TYPE late gauge\nlate{a_b="1"} 1\n');
  gauge.set(1, { le: 1, quantile: 2 });
});

test("the registry is an observer", async () => {
  const metrics = create();
  const observer: Observer = metrics;
  observer.counter("c_total").add(1, { a: 1 });
  observer.gauge("g").set(2);
  observer.summary("s").observe(3);
  observer.startSpan("work").end();
  assert.equal((await text(metrics)).match(/# TYPE/g)?.length, 4);
});

test("a span takes its time once, with its outcome", async () => {
  const clock = new VirtualClock();
  const metrics = new MetricsRegistry({ clock });
  const good = metrics.startSpan("query", { table: "users" });
  await clock.advance(1500);
  good.setAttributes({ rows: 3 });
  good.end();
  good.end();
  {
    using bad = metrics.startSpan("query", { table: "users" });
    bad.setError(new Error("gone"));
  }
  metrics.startSpan("query", { table: "never ended" });
  assert.equal(
    await scrapeText(metrics, undefined, { clock }),
    `# TYPE query_duration_seconds summary
query_duration_seconds_count{outcome="error",table="users"} 1
query_duration_seconds_sum{outcome="error",table="users"} 0
query_duration_seconds_count{outcome="ok",table="users"} 1
query_duration_seconds_sum{outcome="ok",table="users"} 1.5
`,
  );
});

test("a span with buckets goes into a histogram", async () => {
  const metrics = create();
  metrics.startSpan("job", {}, { buckets: [1] }).end();
  assert.match(await text(metrics), /^job_duration_seconds_bucket\{outcome="ok",le="1"\} 1$/m);
});

test("what fell due is sampled at each scrape, and a source that throws costs its metric alone", async () => {
  const faults: string[] = [];
  const metrics = new MetricsRegistry({ clock, onFault: (_, metric) => faults.push(metric) });
  let machines: readonly (readonly [number, { state: string }])[] = [[3, { state: "running" }]];
  metrics.sampled("machines", { help: "By state." }, () => machines);
  metrics.sampled("ticks_total", { kind: "counter" }, () => 7.5);
  metrics.sampled("broken", {}, () => {
    throw new Error("gone");
  });
  assert.equal(
    await text(metrics),
    `# HELP machines By state.
# TYPE machines gauge
machines{state="running"} 3
# TYPE ticks_total counter
ticks_total 7.5
`,
  );
  machines = [];
  assert.doesNotMatch(await text(metrics), /machines/);
  assert.deepEqual(faults, ["broken", "broken"]);
  assert.throws(() => metrics.gauge("machines").set(1), /metric "machines" is already registered/);
});
