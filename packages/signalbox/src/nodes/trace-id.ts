import type { Random } from "@signalbox/base";
import type { Metadata } from "@signalbox/grpc";
import { parseTraceparent } from "@signalbox/http";

/** The trace that a call belongs to, as its `traceparent` says; a new one when that says none. */
export function traceIdOf(metadata: Metadata, random: Random): string {
  const parent = parseTraceparent(metadata.get("traceparent") ?? "");
  return parent.ok ? parent.value.traceId : newTraceId(random);
}

/** For what belongs to no call. */
export function newTraceId(random: Random): string {
  return random.bytes(16).toString("hex");
}
