import type { BenchRow } from "../bench-row.ts";
import { clusterName } from "../xds/assignment.ts";
import type { ServerKind } from "../xds/forked.ts";
import { type Effort, type Measured, measure, median } from "../xds/measure.ts";
import type { Variant } from "../xds/messages.ts";

const CHANGES = 9;
const MANY = 10_000;
const ENDPOINTS = 10;

interface Clients {
  readonly streams: number;
  readonly variant: Variant;
  readonly names: readonly string[];
}

const incremental: Clients = { streams: 1_000, variant: "delta", names: [] };

/** One change, and the first answers, against the limit of the machine and what one writes first. */
export async function bench(): Promise<readonly BenchRow[]> {
  const ours = await play("linear", incremental);
  const raw = await play("raw", incremental);
  const naive = await play("grpc-js", incremental, { resources: 1_000 });
  const beside = `raw node:http2 ${change(raw)}; grpc-js, encoding for each ${change(naive)}`;
  const cost = median(ours.changes.map(({ cpuMs }) => cpuMs));
  const wall = median(ours.changes.map(({ wallMs }) => wallMs));
  return [
    row("xDS: one change of 10,000 to 1,000 incremental wildcard streams", cost, 25, beside),
    row("the same, until the last stream has it", wall, 60, beside),
    {
      name: "xDS: memory of an idle wildcard stream over 10,000 resources",
      value: ours.streamsMb / incremental.streams,
      unit: "MB",
      budget: { atMost: 0.06 },
      detail: "heap and buffers, sockets included",
    },
    {
      name: "xDS: first answer of 3.6 MB to 1,000 new streams, against raw node:http2",
      value: ours.first.cpuMs / raw.first.cpuMs,
      unit: "ratio",
      budget: { atMost: 1.3 },
      detail: `CPU; ${describe(ours.first)}; raw ${describe(raw.first)}`,
    },
    await named(),
    await snapshotIncremental(),
    await snapshotFull(),
    await smallWorld(),
  ];
}

async function named(): Promise<BenchRow> {
  const names = Array.from({ length: 100 }, (_, index) => clusterName(index));
  const measured = await play("linear", { ...incremental, names });
  const cost = median(measured.changes.map(({ cpuMs }) => cpuMs));
  return row("xDS: the same, each stream naming 100 resources", cost, 15, change(measured));
}

async function snapshotIncremental(): Promise<BenchRow> {
  const measured = await play("snapshot", { ...incremental, streams: 100 });
  const cost = median(measured.changes.map(({ cpuMs }) => cpuMs));
  const name = "xDS: one change to 100 incremental streams, snapshot cache";
  return row(name, cost, 5, change(measured));
}

/** Endpoints are not a full-state type: what goes out to all is the first answer. */
async function snapshotFull(): Promise<BenchRow> {
  const measured = await play("snapshot", { ...incremental, streams: 100, variant: "sotw" });
  const name = "xDS: state of the world (3.3 MB) to 100 streams, snapshot cache";
  return row(name, measured.first.cpuMs, 400, describe(measured.first));
}

async function smallWorld(): Promise<BenchRow> {
  const clients: Clients = { ...incremental, variant: "sotw" };
  const measured = await play("linear", clients, { resources: 1_000 });
  const name = "xDS: a state-of-the-world answer of 330 KB to 1,000 streams";
  const memory = `${measured.first.rssMb.toFixed(0)} MB more memory (budget 20)`;
  return row(name, measured.first.cpuMs, 300, `${describe(measured.first)}; ${memory}`);
}

function play(
  kind: ServerKind,
  clients: Clients,
  { resources }: { readonly resources: number } = { resources: MANY },
): Promise<Measured> {
  const fleet = { connections: 10, ...clients };
  return measure({ kind, resources, endpoints: ENDPOINTS, fleet, changes: CHANGES });
}

function row(name: string, value: number, atMost: number, detail: string): BenchRow {
  return { name, value, unit: "ms", budget: { atMost }, detail };
}

function change({ changes }: Measured): string {
  const cpuMs = median(changes.map((effort) => effort.cpuMs));
  const wallMs = median(changes.map((effort) => effort.wallMs));
  return `${cpuMs.toFixed(1)} ms CPU, ${wallMs.toFixed(0)} ms`;
}

function describe({ cpuMs, wallMs, bytes }: Effort): string {
  return `${cpuMs.toFixed(0)} ms CPU, ${wallMs.toFixed(0)} ms, ${(bytes / 1e6).toFixed(0)} MB`;
}
