import type { X509Certificate } from "node:crypto";

/** From when until when a certificate is good, in milliseconds since the epoch. */
export interface CertificateValidity {
  /** Undefined for a date that cannot be read. */
  readonly fromMs: number | undefined;
  /** Undefined for a date that cannot be read. */
  readonly toMs: number | undefined;
}

/**
 * Reads both dates as texts: of one that cannot be read, Node's `validFromDate` and `validToDate`
 * make a date out of whatever is in memory (Node 24).
 */
export function certificateValidity({ validFrom, validTo }: X509Certificate): CertificateValidity {
  return { fromMs: parseTime(validFrom), toMs: parseTime(validTo) };
}

function parseTime(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
