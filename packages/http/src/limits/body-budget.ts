import type { IncomingHttpHeaders } from "node:http";

/**
 * Bytes of request bodies that are held at the same time: a thousand large ones would fill the
 * memory, and reading their JSON would keep everybody else waiting.
 */
export interface BodyBudget {
  /** False: there is no room. After true, `release` with the same arguments must follow. */
  acquire(key: string, headers: IncomingHttpHeaders): boolean;
  release(key: string, headers: IncomingHttpHeaders): void;
}

export interface BodyBudgetLimits {
  /** Largest body; what one of unknown length is counted as. */
  readonly bodyBytes: number;
  readonly callerBodyBytes: number;
  readonly bodyBytesInFlight: number;
}

/** Whoever holds nothing may bring one body, however large. */
export function createBodyBudget(limits: BodyBudgetLimits): BodyBudget {
  const held = new Map<string, number>();
  let total = 0;
  return {
    acquire: (key, headers) => {
      const bytes = announcedBytes(headers, limits.bodyBytes);
      if (bytes === 0) return true;
      const own = held.get(key) ?? 0;
      if (own > 0 && own + bytes > limits.callerBodyBytes) return false;
      if (total > 0 && total + bytes > limits.bodyBytesInFlight) return false;
      held.set(key, own + bytes);
      total += bytes;
      return true;
    },
    release: (key, headers) => {
      const bytes = announcedBytes(headers, limits.bodyBytes);
      if (bytes === 0) return;
      const own = (held.get(key) ?? 0) - bytes;
      if (own > 0) held.set(key, own);
      else held.delete(key);
      total -= bytes;
    },
  };
}

/** More than the largest body is never read. Node has checked the header's form. */
function announcedBytes(headers: IncomingHttpHeaders, bodyBytes: number): number {
  if (headers["transfer-encoding"] !== undefined) return bodyBytes;
  const length = Number(headers["content-length"] ?? 0);
  return Number.isFinite(length) ? Math.min(length, bodyBytes) : bodyBytes;
}
