import { encodeFrame } from "@signalbox/grpc";
import type { BenchRow } from "../bench-row.ts";
import { Caller } from "./caller.ts";
import { Machines } from "./forked.ts";
import { ECHO_PATH } from "./sample.ts";
import { type Side, type SideName, startSides } from "./sides.ts";
import { median, percentile } from "./statistics.ts";

const ROUNDS = 5;
const ROUND_MS = 1_000;
const IN_FLIGHT = [1, 16, 128] as const;
const MOST_IN_FLIGHT = 128;
const REQUEST = encodeFrame(Buffer.alloc(100, "x")).bytes;

/** Calls of one round. */
interface Round {
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
}

type Rounds = ReadonlyMap<SideName, readonly Round[]>;

/** Unary calls to one machine, so many in flight on one connection, all sides in turn. */
export async function unaryRows(): Promise<readonly BenchRow[]> {
  using stack = new DisposableStack();
  const machines = stack.use(new Machines(1));
  const [machine = ""] = (await machines.next()).prompt;
  const sides = await startSides(stack, machine);
  const measured = new Map<number, Rounds>();
  for (const inFlight of IN_FLIGHT) measured.set(inFlight, await playRounds(sides, inFlight));
  const busiest = measured.get(MOST_IN_FLIGHT) ?? new Map<SideName, readonly Round[]>();
  return [
    ...measured.entries().map(([inFlight, rounds]) => bareRow(inFlight, rounds)),
    grpcJsRow(measured),
    cpuRow(busiest),
  ];
}

async function playRounds(sides: readonly Side[], inFlight: number): Promise<Rounds> {
  // The first round only warms them up.
  for (const side of sides) await play(side, inFlight);
  const rounds = new Map<SideName, Round[]>(sides.map(({ name }) => [name, []]));
  for (let i = 0; i < ROUNDS; i++) {
    for (const side of sides) rounds.get(side.name)?.push(await play(side, inFlight));
  }
  return rounds;
}

async function play(side: Side, inFlight: number): Promise<Round> {
  using caller = await Caller.connect(side.address);
  const cpuBeforeUs = await side.cpuUs();
  const startMs = performance.now();
  const tookMs: number[] = [];
  const lane = async (): Promise<void> => {
    for (let nowMs = startMs; nowMs < startMs + ROUND_MS; ) {
      await caller.call(ECHO_PATH, side.fields, REQUEST);
      const answeredMs = performance.now();
      tookMs.push(answeredMs - nowMs);
      nowMs = answeredMs;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const wallMs = performance.now() - startMs;
  const calls = tookMs.length;
  return {
    callsPerSecond: (calls / wallMs) * 1_000,
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    cpuUs: ((await side.cpuUs()) - cpuBeforeUs) / calls,
  };
}

function bareRow(inFlight: number, rounds: Rounds): BenchRow {
  const figures = Array.from(rounds, ([name, played]) => {
    const of = (pick: (round: Round) => number): number => median(played.map(pick));
    const ms = `p50 ${of(({ p50Ms }) => p50Ms).toFixed(2)} p99 ${of(({ p99Ms }) => p99Ms).toFixed(2)} ms`;
    const cpu = name === "direct" ? "" : `, ${of(({ cpuUs }) => cpuUs).toFixed(1)} us CPU`;
    return `${name} ${of(({ callsPerSecond }) => callsPerSecond).toFixed(0)}/s ${ms}${cpu}`;
  });
  const ofDirect = ratios(rounds, "direct").toFixed(2);
  return {
    name: `proxy: unary calls a second beside bare node:http2, ${inFlight} in flight`,
    value: ratios(rounds, "bare"),
    unit: "ratio",
    budget: { atLeast: 0.8 },
    detail: `${ofDirect} of direct; ${figures.join("; ")}`,
  };
}

function grpcJsRow(measured: ReadonlyMap<number, Rounds>): BenchRow {
  const each = Array.from(measured, ([inFlight, rounds]) => {
    return { inFlight, ratio: ratios(rounds, "grpc-js") };
  });
  return {
    name: "proxy: unary calls a second beside a relay on grpc-js, the least of these",
    value: Math.min(...each.map(({ ratio }) => ratio)),
    unit: "ratio",
    budget: { atLeast: 1 },
    detail: each.map(({ inFlight, ratio }) => `${ratio.toFixed(2)} at ${inFlight}`).join(", "),
  };
}

function cpuRow(rounds: Rounds): BenchRow {
  return {
    name: `proxy: CPU of a unary call, ${MOST_IN_FLIGHT} in flight`,
    value: median((rounds.get("ours") ?? []).map(({ cpuUs }) => cpuUs)),
    unit: "us",
    budget: { atMost: 65 },
    detail: `of the relay's process; 100 bytes each way, median of ${ROUNDS} rounds`,
  };
}

/** Ours by another side, each round by its own, the median of them. */
function ratios(rounds: Rounds, other: SideName): number {
  const ours = rounds.get("ours") ?? [];
  const others = rounds.get(other) ?? [];
  return median(ours.map((round, i) => round.callsPerSecond / (others[i]?.callsPerSecond ?? 0)));
}
