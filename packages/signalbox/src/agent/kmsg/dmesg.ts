import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Clock } from "@signalbox/base";
import type { DataSchema } from "#gen/common/common_pb.js";
import type { DmesgRequest } from "#gen/machine/logs_pb.js";
import { formatKernelRecord } from "./format-kernel-record.ts";
import type { KernelLog, KernelLogReader } from "./kernel-log.ts";
import { parseKernelRecord } from "./kernel-record.ts";

/** How often a follower looks for news: Node cannot wait for a character device. */
const POLL_MS = 200;

export interface DmesgDeps {
  readonly clock: Clock;
  readonly kernelLog: KernelLog;
  /** When the machine booted, in milliseconds since the epoch. */
  readonly bootTime: () => Promise<number>;
}

/**
 * The kernel's log, a message a record (node-api §4.2, Dmesg). What is overwritten before it could
 * be read is missing. With `tail` it starts at the end, with `follow` it does not end.
 */
export async function* dmesg(
  { clock, kernelLog, bootTime }: DmesgDeps,
  { follow, tail }: DmesgRequest,
  signal: AbortSignal,
): AsyncGenerator<MessageInitShape<typeof DataSchema>, void, undefined> {
  await using reader = await kernelLog.open();
  const bootMs = await bootTime();
  if (tail) await skipToEnd(reader, signal);
  while (!signal.aborted) {
    const read = await reader.read();
    if (read.kind === "record") {
      const record = parseKernelRecord(read.bytes);
      if (record.ok) yield { bytes: formatKernelRecord(record.value, bootMs) };
    } else if (read.kind === "end") {
      if (!follow) return;
      // The end of the call ends the wait.
      await clock.sleep(POLL_MS, { signal }).catch(() => {});
    }
  }
}

/** The device can be sought to its end, but Node has no way to say so. */
async function skipToEnd(reader: KernelLogReader, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await reader.read()).kind !== "end");
}
