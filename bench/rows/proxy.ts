import type { BenchRow } from "../bench-row.ts";
import { fanOutRows } from "../relay/fan-out-rows.ts";
import { memoryRow } from "../relay/memory-row.ts";
import { streamRow } from "../relay/stream-row.ts";
import { unaryRows } from "../relay/unary-rows.ts";

/** The proxy beside relays of grpc-js and of bare node:http2, and the machine called directly. */
export async function bench(): Promise<readonly BenchRow[]> {
  return [...(await unaryRows()), await streamRow(), ...(await fanOutRows()), await memoryRow()];
}
