import type { X509Certificate } from "node:crypto";
import { certificateValidity } from "./certificate-validity.ts";

/**
 * When a certificate ended that is good no more.
 *
 * @param nowMs milliseconds since the epoch
 * @returns undefined also for a date that cannot be read: it is neither before nor behind any other
 */
export function expiredAt(certificate: X509Certificate, nowMs: number): Date | undefined {
  const { toMs } = certificateValidity(certificate);
  return toMs !== undefined && toMs <= nowMs ? new Date(toMs) : undefined;
}
