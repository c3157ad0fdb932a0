import type { X509Certificate } from "node:crypto";

/**
 * When a certificate ended that is good no more.
 *
 * @param nowMs milliseconds since the epoch
 * @returns undefined also for a date that cannot be read: it is neither before nor behind any other
 */
export function expiredAt({ validTo }: X509Certificate, nowMs: number): Date | undefined {
  // Of what cannot be read, `validToDate` makes a date out of whatever is in memory (Node 24).
  const end = new Date(validTo);
  return end.getTime() <= nowMs ? end : undefined;
}
