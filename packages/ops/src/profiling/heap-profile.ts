import type { Session } from "node:inspector/promises";
import type { CallFrame, PprofProfile, PprofSample } from "./pprof-profile.ts";

/** One object is looked at for so many bytes that are made, as in Go. */
const INTERVAL_BYTES = 512 * 1024;

/** V8's sampling profile; Node's types leave out the ids. */
export interface SampledHeap {
  readonly head: SampledHeapNode;
  readonly samples: readonly { readonly size: number; readonly nodeId: number }[];
}

export interface SampledHeapNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly SampledHeapNode[];
}

export interface HeapRecording {
  /** Whether what was collected again meanwhile counts too. */
  readonly includesCollected: boolean;
}

/** Records what is made on the heap until `wait` resolves. */
export async function recordHeap(
  session: Session,
  { includesCollected }: HeapRecording,
  wait: () => Promise<void>,
): Promise<SampledHeap> {
  await session.post("HeapProfiler.enable");
  await session.post("HeapProfiler.startSampling", {
    samplingInterval: INTERVAL_BYTES,
    includeObjectsCollectedByMajorGC: includesCollected,
    includeObjectsCollectedByMinorGC: includesCollected,
  });
  try {
    await wait();
  } catch (error) {
    await session.post("HeapProfiler.stopSampling");
    throw error;
  }
  return (await session.post("HeapProfiler.stopSampling")).profile as unknown as SampledHeap;
}

/** V8's profile as pprof has it: objects looked at, and the bytes they stand for, by stack. */
export function heapToPprof(
  { head, samples }: SampledHeap,
  { includesCollected }: HeapRecording,
  times: { readonly startedAtMs: number; readonly durationMs: number },
): PprofProfile {
  const space = { type: includesCollected ? "alloc_space" : "inuse_space", unit: "bytes" };
  const counts = new Map<number, number>();
  for (const { nodeId } of samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  return {
    types: [{ type: "samples", unit: "count" }, space],
    samples: stacksBelow(head, counts),
    ...times,
    period: { of: space, every: INTERVAL_BYTES },
  };
}

/** Without recursion: stacks may be as deep as the program's. */
function stacksBelow(
  head: SampledHeapNode,
  counts: ReadonlyMap<number, number>,
): readonly PprofSample[] {
  const found: PprofSample[] = [];
  // The head stands for the process, and is in no stack.
  const open = head.children.map((node) => ({ node, outer: [] as readonly CallFrame[] }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, outer } = next;
    const stack = [node.callFrame, ...outer];
    if (node.selfSize > 0) found.push({ stack, values: [counts.get(node.id) ?? 0, node.selfSize] });
    for (const child of node.children) open.push({ node: child, outer: stack });
  }
  return found;
}
