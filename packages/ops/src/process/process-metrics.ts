import { readdirSync, readFileSync } from "node:fs";
import { constants, performance, PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";
import type { Attributes } from "../metrics/attributes.ts";
import type { MetricDeclarations } from "../metrics/metric-declarations.ts";
import { addEventLoopMetrics } from "./event-loop-metrics.ts";
import { openFiles, parseMaxFds, parseStat } from "./proc-files.ts";

const MICROSECOND = 1e-6;
const GC_BUCKETS: readonly number[] = [0.001, 0.01, 0.1, 1, 2, 5];

/** Takes the metrics' sources down again. */
export type StopProcessMetrics = () => void;

/**
 * Metrics of the process, its memory, its event loop and its garbage collector, under the names
 * that Prometheus' clients and prom-client gave them, so that dashboards fit. Those of /proc are
 * left out where there is none.
 */
export function addProcessMetrics(registry: MetricDeclarations): StopProcessMetrics {
  addCpu(registry);
  addMemory(registry);
  addFiles(registry);
  addResources(registry);
  const stops = [addEventLoopMetrics(registry), addGarbageCollector(registry)];
  return () => {
    for (const stop of stops) stop();
  };
}

function addCpu(registry: MetricDeclarations): void {
  const seconds = (name: string, help: string, read: () => number): void =>
    registry.sampled(name, { kind: "counter", help }, read);
  const usage = (): NodeJS.CpuUsage => process.cpuUsage();
  seconds("process_cpu_user_seconds_total", "User CPU time spent, in seconds.", () => {
    return usage().user * MICROSECOND;
  });
  seconds("process_cpu_system_seconds_total", "System CPU time spent, in seconds.", () => {
    return usage().system * MICROSECOND;
  });
  seconds("process_cpu_seconds_total", "User and system CPU time spent, in seconds.", () => {
    const { user, system } = usage();
    return (user + system) * MICROSECOND;
  });
  registry.sampled(
    "process_start_time_seconds",
    { help: "Start time of the process since the epoch, in seconds." },
    () => performance.timeOrigin / 1000,
  );
}

function addMemory(registry: MetricDeclarations): void {
  const bytes = (name: string, help: string, read: () => number): void =>
    registry.sampled(name, { help }, read);
  bytes("process_resident_memory_bytes", "Resident memory, in bytes.", () => {
    return process.memoryUsage.rss();
  });
  const stat = parseStat(read("/proc/self/stat"));
  if (stat !== undefined) {
    bytes("process_virtual_memory_bytes", "Virtual memory, in bytes.", () => {
      return parseStat(read("/proc/self/stat"))?.virtualBytes ?? 0;
    });
  }
  bytes("nodejs_heap_size_total_bytes", "Size of the heap, in bytes.", () => {
    return process.memoryUsage().heapTotal;
  });
  bytes("nodejs_heap_size_used_bytes", "Used part of the heap, in bytes.", () => {
    return process.memoryUsage().heapUsed;
  });
  bytes("nodejs_external_memory_bytes", "Memory of objects outside the heap, in bytes.", () => {
    return process.memoryUsage().external;
  });
  const space = (name: string, help: string, key: "space_size" | "space_used_size"): void =>
    registry.sampled(name, { help, labels: ["space"] }, () =>
      getHeapSpaceStatistics().map((row) => [row[key], { space: spaceName(row.space_name) }]),
    );
  space("nodejs_heap_space_size_total_bytes", "Size of a heap space, in bytes.", "space_size");
  space(
    "nodejs_heap_space_size_used_bytes",
    "Used part of a heap space, in bytes.",
    "space_used_size",
  );
}

function spaceName(name: string): string {
  return name.replace(/_space$/, "");
}

function addFiles(registry: MetricDeclarations): void {
  const maxFds = parseMaxFds(read("/proc/self/limits"));
  if (maxFds !== undefined) {
    registry.sampled(
      "process_max_fds",
      { help: "Most file descriptors that may be open." },
      () => maxFds,
    );
  }
  if (openFiles(readdirSync) !== undefined) {
    registry.sampled("process_open_fds", { help: "File descriptors that are open." }, () => {
      return openFiles(readdirSync) ?? 0;
    });
  }
}

function addResources(registry: MetricDeclarations): void {
  registry.sampled(
    "nodejs_active_resources",
    { help: "What keeps the event loop alive, by type.", labels: ["type"] },
    () => {
      const counts = new Map<string, number>();
      for (const type of process.getActiveResourcesInfo()) {
        counts.set(type, (counts.get(type) ?? 0) + 1);
      }
      return Array.from(counts, ([type, count]): [number, Attributes] => [count, { type }]);
    },
  );
  const [major = "", minor = "", patch = ""] = process.version.slice(1).split(".");
  const labels = ["version", "major", "minor", "patch"];
  registry.sampled("nodejs_version_info", { help: "Version of Node.", labels }, () => [
    [1, { version: process.version, major, minor, patch }],
  ]);
}

function addGarbageCollector(registry: MetricDeclarations): StopProcessMetrics {
  const durations = registry.histogram("nodejs_gc_duration_seconds", {
    help: "Time of garbage collections by kind, in seconds.",
    labels: ["kind"],
    buckets: GC_BUCKETS,
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = gcKind("detail" in entry ? entry.detail : undefined);
      durations.observe(entry.duration / 1000, { kind });
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}

const GC_KINDS: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

function gcKind(detail: unknown): string {
  const kind = typeof detail === "object" && detail !== null && "kind" in detail ? detail.kind : 0;
  return GC_KINDS.get(kind) ?? "other";
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
