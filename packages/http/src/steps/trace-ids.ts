import type { Random } from "@signalbox/base";

/** Random ids in hexadecimal, as trace context has them. */
export interface TraceIds {
  traceId(): string;
  spanId(): string;
}

/** Asking the system for randomness costs more than the ids; one block serves many requests. */
const BLOCK_BYTES = 4096;

export function createTraceIds(random: Random): TraceIds {
  let block = "";
  let at = 0;
  const take = (digits: number): string => {
    if (at + digits > block.length) {
      block = random.bytes(BLOCK_BYTES).toString("hex");
      at = 0;
    }
    at += digits;
    return block.slice(at - digits, at);
  };
  return { traceId: () => take(32), spanId: () => take(16) };
}
