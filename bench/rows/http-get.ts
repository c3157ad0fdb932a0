import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BenchRow } from "../bench-row.ts";
import { BENCH_PATH, BENCH_TOKEN } from "../http-get-sample.ts";
import { measureRate } from "../keep-alive-load.ts";

const ROUNDS = 5;
const ROUND_MS = 1500;
const CONNECTIONS = 32;

type Side = "pipeline" | "bare";

/** GET of one resource through the whole pipeline, against a bare route of the same bytes. */
export async function bench(): Promise<readonly BenchRow[]> {
  const servers = { pipeline: await start("pipeline"), bare: await start("bare") };
  try {
    // The first round only warms both up.
    await rounds(servers, 1);
    const rates = await rounds(servers, ROUNDS);
    const ratio = median(rates.map(({ pipeline, bare }) => pipeline / bare));
    const rate = (side: Side): string => Math.round(median(rates.map((r) => r[side]))).toString();
    return [
      {
        name: "REST: GET one resource through the whole pipeline",
        value: ratio,
        unit: "ratio",
        budget: { atLeast: 0.5 },
        detail: `${rate("pipeline")}/s; bare Fastify route ${rate("bare")}/s; ${CONNECTIONS} connections, median of ${ROUNDS} alternating rounds`,
      },
    ];
  } finally {
    for (const { child } of Object.values(servers)) child.kill();
  }
}

interface RunningServer {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(side: Side): Promise<RunningServer> {
  const script = fileURLToPath(new URL("../http-get-server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=source", script, side], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, port: Number(line.toString()) };
}

async function rounds(
  servers: Readonly<Record<Side, RunningServer>>,
  count: number,
): Promise<readonly Readonly<Record<Side, number>>[]> {
  const measured: Readonly<Record<Side, number>>[] = [];
  for (let round = 0; round < count; round++) {
    const bare = await rateOf(servers.bare);
    measured.push({ bare, pipeline: await rateOf(servers.pipeline) });
  }
  return measured;
}

function rateOf({ port }: RunningServer): Promise<number> {
  const request =
    `GET ${BENCH_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
    `Authorization: Bearer ${BENCH_TOKEN}\r\nAccept: application/json\r\n` +
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\n\r\n";
  return measureRate({ port, request, connections: CONNECTIONS, durationMs: ROUND_MS });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
