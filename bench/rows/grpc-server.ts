import type { BenchRow } from "../bench-row.ts";
import type { Side } from "../grpc/sample.ts";
import { StartedServer } from "../grpc/started-server.ts";
import { callFor, openIdle } from "../grpc/unary-load.ts";

const ROUNDS = 5;
const ROUND_MS = 1_500;
const IN_FLIGHT = 128;
const IDLE_STREAMS = 5_000;

type Costs = Readonly<Record<Side, number>>;

/** The gRPC server: CPU of a unary call beside two peers, and memory of streams that lie idle. */
export async function bench(): Promise<readonly BenchRow[]> {
  return [...(await unaryRows()), await idleRow()];
}

async function unaryRows(): Promise<readonly BenchRow[]> {
  const [ours, grpcJs, bare] = await Promise.all([
    StartedServer.start("ours"),
    StartedServer.start("grpc-js"),
    StartedServer.start("bare"),
  ]);
  try {
    const play = async (): Promise<Costs> => ({
      ours: await cpuOfCall(ours),
      "grpc-js": await cpuOfCall(grpcJs),
      bare: await cpuOfCall(bare),
    });
    // The first round only warms all three up.
    await play();
    const rounds: Costs[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await play());
    return [unaryRow("grpc-js", rounds, 1), unaryRow("bare", rounds, 1.25)];
  } finally {
    for (const server of [ours, grpcJs, bare]) server.stop();
  }
}

function unaryRow(peer: "grpc-js" | "bare", rounds: readonly Costs[], atMost: number): BenchRow {
  const us = (side: Side): string => median(rounds.map((costs) => costs[side])).toFixed(1);
  return {
    name: `gRPC: CPU of a unary call beside ${peer === "bare" ? "bare node:http2" : peer}`,
    value: median(rounds.map((costs) => costs.ours / costs[peer])),
    unit: "ratio",
    budget: { atMost },
    detail: `${us("ours")} us against ${us(peer)} us; ${IN_FLIGHT} in flight on one connection, median of ${ROUNDS} alternating rounds`,
  };
}

/** Microseconds of the server's CPU time a call. */
async function cpuOfCall(server: StartedServer): Promise<number> {
  const before = await server.usage();
  const calls = await callFor(server.port, IN_FLIGHT, ROUND_MS);
  const after = await server.usage();
  return (after.cpuUs - before.cpuUs) / calls;
}

async function idleRow(): Promise<BenchRow> {
  const server = await StartedServer.start("ours");
  try {
    const before = await server.usage();
    const session = await openIdle(server.port, IDLE_STREAMS);
    const after = await server.usage();
    session.destroy();
    const kilobytes = (after.rssBytes - before.rssBytes) / IDLE_STREAMS / 1024;
    return {
      name: "gRPC: memory of 1,000 idle streams",
      value: (kilobytes * 1_000) / 1024,
      unit: "MB",
      budget: { atMost: 10 },
      detail: `${kilobytes.toFixed(1)} KB of resident memory a stream, ${IDLE_STREAMS} on one connection, one message sent on each`,
    };
  } finally {
    server.stop();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
