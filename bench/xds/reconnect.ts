import { systemClock } from "@signalbox/base";
import { Fleet, ServerProcess } from "./forked.ts";
import type { Load } from "./measured-server.ts";

export interface Reconnected {
  /** What the clients were sent for coming back. */
  readonly bytes: number;
  /** CPU time of the server, for all of them. */
  readonly cpuMs: number;
  /** What the next change of one resource then took for each client. */
  readonly changeBytes: number;
}

const POLL_MS = 200;
const TIMEOUT_MS = 120_000;
/** For answers that would be on their way. */
const SETTLE_MS = 1_000;

/**
 * Incremental clients come with the versions of everything that there is. Nobody is answered, so
 * the server says when it has treated them all; a change afterwards shows that they are served.
 */
export async function reconnect(load: Load, streams: number): Promise<Reconnected> {
  using server = new ServerProcess("linear", load.resources, load.endpoints);
  const { port, cpuMs: beforeMs } = await server.next();
  using fleet = new Fleet();
  const clients = { streams, connections: 10, variant: "delta", names: [] } as const;
  // Reports when everyone was answered: with the count below.
  const counted = fleet.tell({ type: "open", port, ...clients, holds: load });
  await whenTreated(server, streams);
  await systemClock.sleep(SETTLE_MS);
  const { cpuMs } = await server.tell({ type: "report" });
  await fleet.tell({ type: "count" });
  const { bytes } = await counted;
  const round = fleet.next();
  await server.tell({ type: "change", index: 0 });
  const told = await round;
  return { bytes, cpuMs: cpuMs - beforeMs, changeBytes: (told.bytes - bytes) / streams };
}

async function whenTreated(server: ServerProcess, streams: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < TIMEOUT_MS; waitedMs += POLL_MS) {
    if ((await server.tell({ type: "report" })).clients === streams) return;
    await systemClock.sleep(POLL_MS);
  }
  throw new Error(`not all of ${streams} clients were treated within ${TIMEOUT_MS} ms`);
}
