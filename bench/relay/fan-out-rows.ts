import { encodeFrame } from "@signalbox/grpc";
import type { BenchRow } from "../bench-row.ts";
import { Caller } from "./caller.ts";
import { Machines } from "./forked.ts";
import { NAME_PATH, NAME_STREAM_PATH, type RelayKind } from "./sample.ts";
import { startRelay } from "./sides.ts";
import { median } from "./statistics.ts";

const MACHINES = 100;
/** Compiled code is what counts. */
const WARM_UP = 200;
const CALLS = 200;
/** Calls to machines that are not all prompt wait for their deadline. */
const HINDERED_CALLS = 5;
const DEADLINE_MS = 1_000;
const REQUEST = encodeFrame(Buffer.alloc(0)).bytes;

/** One call to a hundred machines: all prompt, and with one slow and one dead among them. */
export async function fanOutRows(): Promise<readonly BenchRow[]> {
  using stack = new DisposableStack();
  const machines = stack.use(new Machines(MACHINES));
  const { prompt, slow, blackHole } = await machines.next();
  const rows = await promptRows(stack, prompt);
  const { address } = await startRelay(stack, "ours", {});
  using caller = await Caller.connect(address);
  const hindered = [blackHole, slow, ...prompt.slice(2)];
  return [
    ...rows,
    await hinderedUnaryRow(caller, hindered),
    await hinderedStreamRow(caller, hindered),
  ];
}

async function promptRows(
  stack: DisposableStack,
  machines: readonly string[],
): Promise<readonly BenchRow[]> {
  using direct = await DirectCallers.connect(machines);
  await timesOf(() => direct.callAll(), WARM_UP);
  const directMs = median(await timesOf(() => direct.callAll(), CALLS));
  const ours = await costOf(stack, "ours", machines);
  const bare = await costOf(stack, "bare", machines);
  const grpcJs = await costOf(stack, "grpc-js", machines);
  const tell = (pick: (cost: Cost) => number): string =>
    `bare node:http2 ${pick(bare).toFixed(1)}, grpc-js ${pick(grpcJs).toFixed(1)} ms`;
  return [
    {
      name: `proxy: CPU of a call to ${MACHINES} machines, all prompt`,
      value: ours.cpuMs,
      unit: "ms",
      budget: { atMost: 6 },
      detail: `of the relay's process, one call at a time, mean of ${CALLS}; ${tell(({ cpuMs }) => cpuMs)}`,
    },
    {
      name: "the same, wall clock behind that of the slowest machine",
      value: ours.wallMs - directMs,
      unit: "ms",
      budget: { atMost: 20 },
      detail: `${ours.wallMs.toFixed(1)} ms, ${tell(({ wallMs }) => wallMs)}; the last of all machines, called directly and at once, ${directMs.toFixed(1)} ms; medians`,
    },
  ];
}

interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Of one call to all machines through a relay. */
async function costOf(
  stack: DisposableStack,
  kind: RelayKind,
  machines: readonly string[],
): Promise<Cost> {
  const relay = await startRelay(stack, kind, { nodes: machines });
  using caller = await Caller.connect(relay.address);
  const callAll = (): Promise<unknown> => caller.call(NAME_PATH, relay.fields, REQUEST);
  await timesOf(callAll, WARM_UP);
  const cpuBeforeUs = await relay.cpuUs();
  const wallMs = median(await timesOf(callAll, CALLS));
  return { cpuMs: ((await relay.cpuUs()) - cpuBeforeUs) / CALLS / 1_000, wallMs };
}

async function hinderedUnaryRow(caller: Caller, machines: readonly string[]): Promise<BenchRow> {
  const fields = { nodes: machines, "grpc-timeout": `${DEADLINE_MS}m` };
  const times = await timesOf(() => caller.call(NAME_PATH, fields, REQUEST), HINDERED_CALLS);
  return {
    name: `proxy: call to ${MACHINES} machines, one takes 500 ms, one is a black hole`,
    value: median(times),
    unit: "ms",
    budget: { atMost: DEADLINE_MS },
    detail: `the reply has every machine's part; deadline ${DEADLINE_MS} ms, kept by 99 machines`,
  };
}

async function hinderedStreamRow(caller: Caller, machines: readonly string[]): Promise<BenchRow> {
  const fields = { nodes: machines, "grpc-timeout": `${DEADLINE_MS}m` };
  const firsts: number[] = [];
  for (let i = 0; i < HINDERED_CALLS; i++) {
    const startMs = performance.now();
    const { firstMs } = await caller.call(NAME_STREAM_PATH, fields, REQUEST);
    firsts.push(firstMs - startMs);
  }
  return {
    name: "the same, streamed: until the first answer is there",
    value: median(firsts),
    unit: "ms",
    budget: { atMost: 50 },
    detail: "the black hole and the slow machine are named first",
  };
}

/** A connection to each machine. */
class DirectCallers implements Disposable {
  readonly #callers: readonly Caller[];

  private constructor(callers: readonly Caller[]) {
    this.#callers = callers;
  }

  static async connect(machines: readonly string[]): Promise<DirectCallers> {
    return new DirectCallers(await Promise.all(machines.map((each) => Caller.connect(each))));
  }

  /** Resolves when the last has answered. */
  async callAll(): Promise<void> {
    await Promise.all(this.#callers.map((each) => each.call(NAME_PATH, {}, REQUEST)));
  }

  [Symbol.dispose](): void {
    for (const caller of this.#callers) caller[Symbol.dispose]();
  }
}

/** How long each of so many calls took, one behind the other. */
async function timesOf(call: () => Promise<unknown>, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    await call();
    times.push(performance.now() - startMs);
  }
  return times;
}
