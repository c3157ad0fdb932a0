import { systemClock } from "@signalbox/base";
import { LinearCache, Resource, TYPE_URLS } from "@signalbox/xds";
import type { BenchRow } from "../bench-row.ts";
import { assignment, clusterName, FIRST_PORT } from "../xds/assignment.ts";
import { type Measured, measure, median } from "../xds/measure.ts";
import { reconnect } from "../xds/reconnect.ts";

const ENDPOINTS = 10;

/** What xDS costs as there is more of everything. */
export async function bench(): Promise<readonly BenchRow[]> {
  return [await manyNames(), await reconnections(), load(), await growth()];
}

async function manyNames(): Promise<BenchRow> {
  const names = Array.from({ length: 10_000 }, (_, index) => clusterName(index));
  const measured = await play(10_000, { streams: 100, names, changes: 9 });
  return {
    name: "xDS: one change to 100 incremental streams that name 10,000 each",
    value: cost(measured),
    unit: "ms",
    budget: { atMost: 5 },
    detail: "follows the streams that name it, not the names",
  };
}

async function reconnections(): Promise<BenchRow> {
  const streams = 1_000;
  const { bytes, cpuMs, changeBytes } = await reconnect(
    { resources: 10_000, endpoints: ENDPOINTS },
    streams,
  );
  const each = (cpuMs / streams).toFixed(1);
  return {
    name: "xDS: 1,000 incremental clients come back with right versions of 10,000",
    value: bytes,
    unit: "B",
    budget: { atMost: 0 },
    detail: `sent to all of them; ${each} ms CPU each; a change afterwards: ${changeBytes} B each`,
  };
}

/** The messages are encoded before: that is the work of whoever makes them. */
function load(): BenchRow {
  const encoded = Array.from({ length: 100_000 }, (_, index) =>
    assignment(index, ENDPOINTS, FIRST_PORT),
  ).map(({ name, typeUrl, bytes }) => ({ name, typeUrl, bytes: Uint8Array.from(bytes) }));
  const startedMs = systemClock.monotonic();
  const cache = new LinearCache(TYPE_URLS.endpoint);
  cache.setAll(encoded.map((options) => new Resource(options)));
  return {
    name: "xDS: loading 100,000 resources",
    value: (systemClock.monotonic() - startedMs) / 1_000,
    unit: "s",
    budget: { atMost: 1 },
    detail: `hash, fragments and table of ${cache.size} encoded messages`,
  };
}

async function growth(): Promise<BenchRow> {
  const costs: number[] = [];
  for (const resources of [1_000, 10_000, 100_000]) {
    costs.push(cost(await play(resources, { streams: 100, names: [], changes: 15 })));
  }
  const [small = 0, , large = 0] = costs;
  return {
    name: "xDS: one change among 100,000 against one among 1,000",
    value: large / small,
    unit: "ratio",
    budget: { atMost: 2 },
    detail: `100 incremental streams; ${costs.map((ms) => `${ms.toFixed(1)} ms`).join(", ")} CPU with 1, 10, 100 thousand`,
  };
}

interface Play {
  readonly streams: number;
  readonly names: readonly string[];
  readonly changes: number;
}

function play(resources: number, { changes, ...clients }: Play): Promise<Measured> {
  const fleet = { connections: 10, variant: "delta" as const, ...clients };
  return measure({ kind: "linear", resources, endpoints: ENDPOINTS, fleet, changes });
}

function cost({ changes }: Measured): number {
  return median(changes.map(({ cpuMs }) => cpuMs));
}
