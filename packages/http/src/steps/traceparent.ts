import { fail, ok, type Result } from "@signalbox/base";

/** The parts of a W3C `traceparent` header. */
export interface Traceparent {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: string;
}

export const ZERO_TRACE_ID = "00000000000000000000000000000000";
const ZERO_PARENT_ID = "0000000000000000";

const VERSION_00 = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
/** A version to come may append fields (Trace Context §3.2.4); ff is forbidden. */
const LATER_VERSION = /^(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Reads a `traceparent` header of this version or a later one (Trace Context §3.2). */
export function parseTraceparent(text: string): Result<Traceparent> {
  const match = VERSION_00.exec(text) ?? LATER_VERSION.exec(text);
  const [, traceId = ZERO_TRACE_ID, parentId = ZERO_PARENT_ID, flags = "00"] = match ?? [];
  if (traceId === ZERO_TRACE_ID || parentId === ZERO_PARENT_ID) return fail("not a traceparent");
  return ok({ traceId, parentId, flags });
}

export function formatTraceparent(traceId: string, spanId: string, flags: string): string {
  return `00-${traceId}-${spanId}-${flags}`;
}
