import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { metricsPort } from "../metrics-port.ts";
import { addProcessMetrics } from "../process/process-metrics.ts";
import { MetricCatalogue } from "./metric-catalogue.ts";

test("what is declared is written down, whether or not it is ever updated", () => {
  const catalogue = new MetricCatalogue(new VirtualClock());
  catalogue.counter("jobs_total", { help: "Jobs.", labels: ["kind"] });
  catalogue.summary("size_bytes", { help: "Sizes." });
  const port = metricsPort(catalogue);
  port.histogram({ name: "work_seconds", help: "Work.", labels: ["kind"], buckets: [2, 1] });
  port.gauge({ name: "level", help: "Level." }).set(3);
  let reads = 0;
  const read = (): number => (reads += 1);
  port.sampled({ name: "seats_total", help: "Seats.", kind: "counter" }, read);
  const plain = { labels: [], buckets: [], isNative: false };
  assert.deepEqual(catalogue.entries(), [
    { ...plain, name: "jobs_total", kind: "counter", help: "Jobs.", labels: ["kind"] },
    { ...plain, name: "level", kind: "gauge", help: "Level." },
    { ...plain, name: "seats_total", kind: "counter", help: "Seats." },
    { ...plain, name: "size_bytes", kind: "summary", help: "Sizes." },
    {
      ...{ name: "work_seconds", kind: "histogram", help: "Work.", labels: ["kind"] },
      ...{ buckets: [1, 2], isNative: true },
    },
  ]);
  assert.equal(reads, 0);
});

test("metrics of the process are declared with their labels", () => {
  const catalogue = new MetricCatalogue(new VirtualClock());
  addProcessMetrics(catalogue)();
  const labels = new Map(catalogue.entries().map((entry) => [entry.name, entry.labels]));
  assert.deepEqual(labels.get("nodejs_gc_duration_seconds"), ["kind"]);
  assert.deepEqual(labels.get("nodejs_heap_space_size_used_bytes"), ["space"]);
  assert.deepEqual(labels.get("process_resident_memory_bytes"), []);
});
