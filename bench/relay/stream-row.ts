import { encodeFrame } from "@signalbox/grpc";
import type { BenchRow } from "../bench-row.ts";
import { Caller } from "./caller.ts";
import { Machines } from "./forked.ts";
import { POUR_BYTES, POUR_PATH } from "./sample.ts";
import { type Side, type SideName, startSides } from "./sides.ts";
import { median } from "./statistics.ts";

const ROUNDS = 5;
const STREAMS = 8;
const AT_ONCE = 2;
const REQUEST = encodeFrame(Buffer.alloc(0)).bytes;

interface Round {
  readonly streamsPerSecond: number;
  readonly cpuMs: number;
}

/** Streams of 32 MiB from one machine, two at a time on one connection, all sides in turn. */
export async function streamRow(): Promise<BenchRow> {
  using stack = new DisposableStack();
  const machines = stack.use(new Machines(1));
  const [machine = ""] = (await machines.next()).prompt;
  const sides = await startSides(stack, machine);
  const rounds = new Map<SideName, Round[]>(sides.map(({ name }) => [name, []]));
  for (const side of sides) await play(side);
  for (let i = 0; i < ROUNDS; i++) {
    for (const side of sides) rounds.get(side.name)?.push(await play(side));
  }
  const ours = rounds.get("ours") ?? [];
  const against = (name: SideName): number => {
    const others = rounds.get(name) ?? [];
    return median(
      ours.map((round, i) => round.streamsPerSecond / (others[i]?.streamsPerSecond ?? 0)),
    );
  };
  const figures = Array.from(rounds, ([name, played]) => {
    const perSecond = median(played.map(({ streamsPerSecond }) => streamsPerSecond)).toFixed(1);
    const cpu = `, ${median(played.map(({ cpuMs }) => cpuMs)).toFixed(1)} ms CPU each`;
    return `${name} ${perSecond}/s${name === "direct" ? "" : cpu}`;
  });
  const others = (["grpc-js", "direct"] as const).map(
    (name) => `${against(name).toFixed(2)} of ${name}`,
  );
  return {
    name: "proxy: streams of 32 MiB a second beside bare node:http2",
    value: against("bare"),
    unit: "ratio",
    budget: { atLeast: 0.8 },
    detail: [...others, ...figures, `${AT_ONCE} at once, median of ${ROUNDS} rounds`].join("; "),
  };
}

async function play(side: Side): Promise<Round> {
  using caller = await Caller.connect(side.address);
  const cpuBeforeUs = await side.cpuUs();
  const startMs = performance.now();
  const lane = async (): Promise<void> => {
    for (let i = 0; i < STREAMS / AT_ONCE; i++) {
      const { bytes } = await caller.call(POUR_PATH, side.fields, REQUEST);
      if (bytes !== POUR_BYTES) throw new Error(`a stream had ${bytes} bytes`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const seconds = (performance.now() - startMs) / 1_000;
  const cpuUs = (await side.cpuUs()) - cpuBeforeUs;
  return { streamsPerSecond: STREAMS / seconds, cpuMs: cpuUs / STREAMS / 1_000 };
}
