import type { Profiler as V8 } from "node:inspector";
import type { Session } from "node:inspector/promises";
import type { PprofProfile, PprofSample } from "./pprof-profile.ts";

/** Between two looks at the stack. Go's profiler takes 10 ms; at 1 ms V8's own costs show. */
const INTERVAL_US = 5000;

/** Time in which nothing runs is not time of the processor. */
const IDLE = "(idle)";
const ROOT = "(root)";

/** Records until `wait` resolves; also when it rejects the recording ends. */
export async function recordCpu(session: Session, wait: () => Promise<void>): Promise<V8.Profile> {
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: INTERVAL_US });
  await session.post("Profiler.start");
  try {
    await wait();
  } catch (error) {
    await session.post("Profiler.stop");
    throw error;
  }
  return (await session.post("Profiler.stop")).profile;
}

/** V8's profile as pprof has it: samples and nanoseconds by stack. */
export function cpuToPprof(profile: V8.Profile, startedAtMs: number): PprofProfile {
  const cpu = { type: "cpu", unit: "nanoseconds" };
  return {
    types: [{ type: "samples", unit: "count" }, cpu],
    samples: stacksOf(profile),
    startedAtMs,
    durationMs: (profile.endTime - profile.startTime) / 1000,
    period: { of: cpu, every: INTERVAL_US * 1000 },
  };
}

function stacksOf(profile: V8.Profile): readonly PprofSample[] {
  const parents = new Map<number, V8.ProfileNode>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const node of profile.nodes) {
    for (const child of node.children ?? []) parents.set(child, node);
  }
  return Array.from(timesOf(profile), ([id, { count, micros }]): PprofSample => {
    const stack: V8.ProfileNode["callFrame"][] = [];
    for (let node = nodes.get(id); node !== undefined; node = parents.get(node.id)) {
      if (node.callFrame.functionName !== ROOT) stack.push(node.callFrame);
    }
    return { stack, values: [count, micros * 1000] };
  }).filter(({ stack: [innermost] }) => innermost !== undefined && innermost.functionName !== IDLE);
}

/** A sample stands for the time until the next one. */
function timesOf({
  samples = [],
  timeDeltas = [],
}: V8.Profile): ReadonlyMap<number, { readonly count: number; readonly micros: number }> {
  const times = new Map<number, { count: number; micros: number }>();
  for (const [at, id] of samples.entries()) {
    const time = times.get(id) ?? { count: 0, micros: 0 };
    time.count++;
    time.micros += Math.max(0, timeDeltas[at + 1] ?? 0);
    times.set(id, time);
  }
  return times;
}
