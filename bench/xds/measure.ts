import { systemClock } from "@signalbox/base";
import type { FleetOptions, FleetReport } from "./fleet-control.ts";
import { Fleet, type ServerKind, ServerProcess } from "./forked.ts";
import type { ServerReport } from "./server-control.ts";

export interface Scenario {
  readonly kind: ServerKind;
  readonly resources: number;
  readonly endpoints: number;
  readonly fleet: Omit<FleetOptions, "port">;
  /** How many changes are measured, one after the other. */
  readonly changes: number;
}

export interface Measured {
  /** Of the server, for making its resources. */
  readonly loadMs: number;
  /** From the first request until the last stream had its first answer. */
  readonly first: Effort;
  /** Of each change, until every stream acknowledged. */
  readonly changes: readonly Effort[];
  /** What the open streams added to the server's memory, collected. */
  readonly streamsMb: number;
}

export interface Effort {
  /** CPU time of the server, acknowledgements included. */
  readonly cpuMs: number;
  /** Until the last stream had its answer. */
  readonly wallMs: number;
  readonly bytes: number;
  /** What the server's resident memory grew by. */
  readonly rssMb: number;
}

/** Acknowledgements are on their way when the last answer has come; this is time for them. */
const SETTLE_MS = 300;
/** Changes before those that count: a server that has run for a while has compiled what it does. */
const WARM_UP = 60;

/** Plays a scenario: connect, settle, some changes to warm up, then those that count. */
export async function measure(scenario: Scenario): Promise<Measured> {
  const { kind, resources, endpoints, fleet: options } = scenario;
  using server = new ServerProcess(kind, resources, endpoints);
  const born = await server.next();
  using fleet = new Fleet();
  const before = await server.tell({ type: "collect" });
  const opened = await fleet.tell({ type: "open", ...options, port: born.port });
  const connected = await settled(server);
  const first = effort(before, connected, opened);
  const span = options.names.length === 0 ? resources : options.names.length;
  const change = async (index: number): Promise<FleetReport> => {
    const round = fleet.next();
    await server.tell({ type: "change", index: index % span });
    return await round;
  };
  const measuredChange = async (index: number): Promise<Effort> => {
    const calm = await settled(server);
    const startedNs = process.hrtime.bigint();
    const told = await change(index);
    const wallMs = since(startedNs, told.atNs);
    return { ...effort(calm, await settled(server), told), wallMs };
  };
  for (let i = 0; i < WARM_UP && scenario.changes > 0; i++) await change(i);
  const changes: Effort[] = [];
  for (let i = 0; i < scenario.changes; i++) changes.push(await measuredChange(WARM_UP + i));
  const after = await server.tell({ type: "collect" });
  return { loadMs: born.loadMs, first, changes, streamsMb: after.memoryMb - before.memoryMb };
}

async function settled(server: ServerProcess): Promise<ServerReport> {
  await systemClock.sleep(SETTLE_MS);
  return server.tell({ type: "report" });
}

function effort(
  before: ServerReport,
  after: ServerReport,
  { atNs, bytes }: { readonly atNs: string; readonly bytes: number },
): Effort {
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    wallMs: since(BigInt(before.atNs), atNs),
    bytes,
    rssMb: after.rssMb - before.rssMb,
  };
}

/** Of the machine's monotonic clock, which processes share. */
function since(atNs: bigint, laterNs: string): number {
  return Number(BigInt(laterNs) - atNs) / 1e6;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
