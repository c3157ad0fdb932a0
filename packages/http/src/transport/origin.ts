import type { Caller } from "./caller.ts";

/** Scheme and authority under which the caller reached us. */
export function originOf(caller: Caller): string {
  return `${caller.scheme}://${caller.authority ?? "localhost"}`;
}
