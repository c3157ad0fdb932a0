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

interface Sample {
  readonly perSecond: number;
  /** CPU time of the server, in microseconds a request; hardly moved by what else the machine does. */
  readonly cpuUs: number;
}

type Round = Readonly<Record<Side, Sample>>;

/** GET of one resource through the whole pipeline, against a bare route of the same bytes. */
export async function bench(): Promise<readonly BenchRow[]> {
  const servers = { pipeline: await start("pipeline"), bare: await start("bare") };
  try {
    // The first round only warms both up.
    await playRounds(servers, 1);
    const rounds = await playRounds(servers, ROUNDS);
    const ratio = median(rounds.map((round) => round.pipeline.perSecond / round.bare.perSecond));
    const detail = `${describe("pipeline", rounds)}; ${describe("bare", rounds)}; ${CONNECTIONS} connections, median of ${ROUNDS} alternating rounds`;
    return [
      {
        name: "REST: GET one resource through the whole pipeline",
        value: ratio,
        unit: "ratio",
        budget: { atLeast: 0.5 },
        detail,
      },
    ];
  } finally {
    for (const { child } of Object.values(servers)) child.kill();
  }
}

function describe(side: Side, rounds: readonly Round[]): string {
  const perSecond = Math.round(median(rounds.map((round) => round[side].perSecond)));
  const cpuUs = median(rounds.map((round) => round[side].cpuUs)).toFixed(1);
  return `${side} ${perSecond}/s at ${cpuUs} us CPU each`;
}

interface RunningServer {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(side: Side): Promise<RunningServer> {
  const script = fileURLToPath(new URL("../http-get-server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=source", script, side], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [port] = (await once(child, "message")) as [number];
  return { child, port };
}

async function cpuOf({ child }: RunningServer): Promise<number> {
  child.send("cpu");
  const [cpuUs] = (await once(child, "message")) as [number];
  return cpuUs;
}

async function playRounds(
  servers: Readonly<Record<Side, RunningServer>>,
  count: number,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < count; round++) {
    const bare = await sample(servers.bare);
    rounds.push({ bare, pipeline: await sample(servers.pipeline) });
  }
  return rounds;
}

async function sample(server: RunningServer): Promise<Sample> {
  const { port } = server;
  const request =
    `GET ${BENCH_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
    `Authorization: Bearer ${BENCH_TOKEN}\r\nAccept: application/json\r\n` +
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\n\r\n";
  const before = await cpuOf(server);
  const perSecond = await measureRate({
    port,
    request,
    connections: CONNECTIONS,
    durationMs: ROUND_MS,
  });
  const used = (await cpuOf(server)) - before;
  return { perSecond, cpuUs: used / (perSecond * (ROUND_MS / 1000)) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
