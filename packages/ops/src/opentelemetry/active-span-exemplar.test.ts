import assert from "node:assert/strict";
import { test } from "node:test";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { VirtualClock } from "@signalbox/base";
import { scrapeText } from "../exposition/scrape.ts";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { activeSpanExemplar } from "./active-span-exemplar.ts";

test("what is measured in a span leads to its trace", async (t) => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  t.after(() => context.disable());
  const clock = new VirtualClock();
  const metrics = new MetricsRegistry({ clock, exemplar: activeSpanExemplar });
  const histogram = metrics.histogram("h", { buckets: [1, 2] });
  histogram.observe(0.5);
  const span = new TracerProvider().getTracer("t").startSpan("work");
  await context.with(trace.setSpan(context.active(), span), async () => {
    await Promise.resolve();
    histogram.observe(1.5);
  });
  const text = await scrapeText(metrics, "application/openmetrics-text", { clock });
  const { traceId, spanId } = span.spanContext();
  assert.match(text, /^h_bucket\{le="1.0"\} 1$/m);
  const exemplar = ` # {span_id="${spanId}",trace_id="${traceId}"} 1.5 `;
  assert.ok(text.includes(`h_bucket{le="2.0"} 2${exemplar}`), text);
});
