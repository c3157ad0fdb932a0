import { Problem } from "@signalbox/base";

/** The strong entity tag of a resource at a revision, quotes included. */
export function etagOf(revision: number | bigint | string): string {
  return `"${revision}"`;
}

/**
 * Checks `If-Match` against the revision that is to be changed.
 *
 * @param ifMatch as handlers are given it; undefined: the caller does not care
 * @throws Problem `precondition_failed`
 */
export function assertIfMatch(
  ifMatch: readonly string[] | undefined,
  revision: number | bigint | string,
): void {
  if (ifMatch === undefined || ifMatch.includes("*") || ifMatch.includes(String(revision))) return;
  throw new Problem("precondition_failed", "the resource has changed since it was read");
}
