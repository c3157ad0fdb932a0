import { encodeFrame } from "@signalbox/grpc";
import type { BenchRow } from "../bench-row.ts";
import { Caller } from "./caller.ts";
import { Machines } from "./forked.ts";
import { NAME_PATH, NAME_STREAM_PATH } from "./sample.ts";
import { type Side, startRelay } from "./sides.ts";
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
  const all = await startRelay(stack, "ours", { nodes: prompt });
  using caller = await Caller.connect(all.address);
  const hindered = [blackHole, slow, ...prompt.slice(2)];
  return [
    ...(await promptRows(all, caller, prompt)),
    await hinderedUnaryRow(caller, hindered),
    await hinderedStreamRow(caller, hindered),
  ];
}

async function promptRows(
  relay: Side,
  caller: Caller,
  machines: readonly string[],
): Promise<readonly BenchRow[]> {
  using direct = await DirectCallers.connect(machines);
  const callAll = (): Promise<unknown> => caller.call(NAME_PATH, relay.fields, REQUEST);
  await timesOf(callAll, WARM_UP);
  await timesOf(() => direct.callAll(), WARM_UP);
  const cpuBeforeUs = await relay.cpuUs();
  const wallMs = median(await timesOf(callAll, CALLS));
  const cpuMs = ((await relay.cpuUs()) - cpuBeforeUs) / CALLS / 1_000;
  const directMs = median(await timesOf(() => direct.callAll(), CALLS));
  return [
    {
      name: `proxy: CPU of a call to ${MACHINES} machines, all prompt`,
      value: cpuMs,
      unit: "ms",
      budget: { atMost: 6 },
      detail: `of the relay's process, one call at a time, mean of ${CALLS}`,
    },
    {
      name: "the same, wall clock behind that of the slowest machine",
      value: wallMs - directMs,
      unit: "ms",
      budget: { atMost: 20 },
      detail: `${wallMs.toFixed(1)} ms; the last of all machines, called directly and at once, ${directMs.toFixed(1)} ms; medians`,
    },
  ];
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
