import assert from "node:assert/strict";
import { test } from "node:test";
import { type Meter, SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { createOpenTelemetryObserver } from "./open-telemetry-observer.ts";

test("spans, counters and summaries arrive in OpenTelemetry's own SDK", async (t) => {
  const spans = new InMemorySpanExporter();
  const tracers = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  const numbers = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: numbers });
  const meters = new MeterProvider({ readers: [reader] });
  t.after(() => Promise.all([tracers.shutdown(), meters.shutdown()]));
  const tracer = tracers.getTracer("t");
  const observer = createOpenTelemetryObserver({ tracer, meter: meters.getMeter("m") });

  const span = observer.startSpan("query", { table: "users", n: 3 });
  span.setAttributes([["tags", ["a", "b"]]]);
  span.setError(new Error("gone"));
  span.end();
  span.end();
  await tracers.forceFlush();
  const [finished, ...more] = spans.getFinishedSpans();
  assert.equal(more.length, 0);
  assert.deepEqual(finished?.attributes, { table: "users", n: 3, tags: "[a b]" });
  assert.deepEqual(finished?.status, { code: SpanStatusCode.ERROR, message: "gone" });
  assert.equal(finished?.events[0]?.name, "exception");

  observer.counter("c").add(2, { k: true });
  observer.counter("c").add();
  observer.gauge("g").set(5);
  observer.summary("s").observe(0.5);
  await meters.forceFlush();
  const metrics = numbers.getMetrics()[0]?.scopeMetrics[0]?.metrics ?? [];
  assert.deepEqual(
    metrics.map(({ descriptor }) => descriptor.name),
    ["c", "g", "s"],
  );
  assert.deepEqual(
    metrics[0]?.dataPoints.map(({ value, attributes }) => [value, attributes]),
    [
      [2, { k: true }],
      [1, {}],
    ],
  );
});

test("an instrument that cannot be made reports nowhere", () => {
  const refuse = (): never => {
    throw new Error("no such instrument");
  };
  const tracer = new TracerProvider().getTracer("t");
  const meter = { createCounter: refuse, createGauge: refuse, createHistogram: refuse };
  const observer = createOpenTelemetryObserver({ tracer, meter: meter as unknown as Meter });
  observer.counter("c").add();
  observer.gauge("g").set(1);
  observer.summary("s").observe(1);
});
