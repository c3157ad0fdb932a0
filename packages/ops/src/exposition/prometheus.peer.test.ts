import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { test, type TestContext } from "node:test";
import { systemClock } from "@signalbox/base";
import { addHealthMetrics } from "../health/health-metrics.ts";
import { HealthRegistry } from "../health/health-registry.ts";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { addProcessMetrics } from "../process/process-metrics.ts";
import { skipWithout } from "../testing/peers.ts";
import { usePrometheus } from "../testing/prometheus.ts";
import { scrape, scrapeText } from "./scrape.ts";

const clock = systemClock;

function fill(t: TestContext): MetricsRegistry {
  const metrics = new MetricsRegistry({ clock });
  t.after(addProcessMetrics(metrics));
  addHealthMetrics(metrics, new HealthRegistry(clock));
  const jobs = metrics.counter("demo_jobs_total", { help: 'Jobs "done",\nby \\ kind.' });
  jobs.add(5, { kind: 'a"b\\c\nd é 日本 😀 \t\r' }, { exemplar: { trace_id: "abc" } });
  metrics.gauge("demo_level", { help: "A level." }).set(-Infinity);
  metrics.summary("demo_size_bytes", { help: "Sizes." }).observe(3);
  const latency = metrics.histogram("demo_latency_seconds", {
    help: "Latencies.",
    buckets: [0.1, 1, 10],
    native: {},
  });
  for (let n = 1; n <= 1000; n++) latency.observe(n / 100, {}, { exemplar: { trace_id: n } });
  const native = metrics.histogram("demo_native_seconds", { help: "Native alone.", native: {} });
  for (const value of [-2, 0, 0.001, 1e9]) native.observe(value);
  metrics.startSpan("demo.query", { table: "users" }, { help: "A name with a dot." }).end();
  return metrics;
}

const FORMATS: Readonly<Record<string, string>> = {
  text: "text/plain;version=0.0.4",
  openmetrics: "application/openmetrics-text;version=1.0.0",
};

test("promtool finds nothing to say about the text", {
  skip: skipWithout("promtool"),
}, async (t) => {
  const input = await scrapeText(fill(t), undefined, { clock });
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input });
  assert.deepEqual([String(stdout), String(stderr), status], ["", "", 0]);
});

test("promtool reads the OpenMetrics text into blocks", {
  skip: skipWithout("promtool"),
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "promtool-"));
  t.after(() => rm(folder, { recursive: true }));
  const text = await scrapeText(fill(t), FORMATS["openmetrics"], { clock });
  // It wants a time on every sample, which a scrape has not.
  const timed = text.replaceAll(/^([^#\n]\S*(?:\{.*?\})? \S+)( # .*)?$/gm, "$1 1700000000$2");
  const file = join(folder, "metrics.txt");
  await writeFile(file, timed);
  const args = ["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "data")];
  const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
  assert.deepEqual([stderr, status], ["", 0]);
  assert.match(stdout, /NUM SAMPLES/);
});

test("a real Prometheus reads all three formats, native histograms included", {
  skip: skipWithout("prometheus"),
}, async (t) => {
  const metrics = fill(t);
  const server = createServer(({ url = "", headers }, response) => {
    const accept = FORMATS[url.slice(1)] ?? headers.accept;
    const acceptEncoding = String(headers["accept-encoding"]);
    const answer = scrape(metrics, { accept, acceptEncoding }, { clock });
    response.writeHead(200, answer.headers);
    void pipeline(answer.body, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const prometheus = await usePrometheus(
    t,
    ["metrics", "text", "openmetrics"].map((name) => ({ name, port, path: `/${name}` })),
  );
  await prometheus.scraped();
  const value = async (expression: string): Promise<number | undefined> =>
    (await prometheus.query(expression))[0]?.value;

  for (const job of ["metrics", "text", "openmetrics"]) {
    const [jobs] = await prometheus.query(`demo_jobs_total{job="${job}"}`);
    assert.deepEqual([jobs?.value, jobs?.metric["kind"]], [5, 'a"b\\c\nd é 日本 😀 \t\r'], job);
    assert.equal(await value(`demo_size_bytes_sum{job="${job}"}`), 3);
    assert.equal(await value(`demo_query_duration_seconds_count{job="${job}",outcome="ok"}`), 1);
    assert.equal(await value(`demo_level{job="${job}"} == bool -Inf`), 1);
    assert.ok(((await value(`process_resident_memory_bytes{job="${job}"}`)) ?? 0) > 1e7);
  }
  for (const job of ["text", "openmetrics"]) {
    assert.equal(await value(`demo_latency_seconds_count{job="${job}"}`), 1000);
    assert.equal(await value(`sum(demo_latency_seconds_bucket{job="${job}",le=~"1(.0)?"})`), 100);
  }
  // The protobuf format, with the native buckets.
  assert.equal(await value('histogram_count(demo_latency_seconds{job="metrics"})'), 1000);
  assert.ok(
    Math.abs(((await value('histogram_sum(demo_latency_seconds{job="metrics"})')) ?? 0) - 5005) <
      1e-6,
  );
  const median = await value('histogram_quantile(0.5, demo_latency_seconds{job="metrics"})');
  assert.ok(Math.abs((median ?? 0) - 5) < 0.25, `median ${median}`);
  const below = await value('histogram_fraction(-Inf, 0.5, demo_native_seconds{job="metrics"})');
  assert.equal(below, 0.75);
});
