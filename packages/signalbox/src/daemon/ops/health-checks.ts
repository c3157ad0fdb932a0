import type { AuditSink } from "@signalbox/http";
import type { HealthCheck } from "@signalbox/ops";
import type { Store } from "@signalbox/store";
import type { Provider } from "../../providers/provider.ts";
import { type DiskSpace, LOW_FACTOR } from "./disk-space.ts";

/** Asks the store's own thread, so it says also when that hangs. */
export function storeCheck(store: Pick<Store, "check">): HealthCheck {
  return { name: "store", run: () => store.check() };
}

export function auditCheck(audit: Pick<AuditSink, "accepting">): HealthCheck {
  return {
    name: "audit",
    run: () => {
      if (!audit.accepting) throw new Error("audit events cannot be written");
    },
    cacheMs: 0,
  };
}

export function providerCheck(region: string, provider: Pick<Provider, "health">): HealthCheck {
  return {
    name: `provider:${region}`,
    run: () => {
      const { usable, message } = provider.health();
      if (!usable) throw new Error(message);
    },
    cacheMs: 0,
  };
}

/** Files that the store, its log and a few machines make. */
const MIN_FILES = 64;

/**
 * Two checks of the file system that holds the data: one warns while room runs out, one fails before
 * writes do. A file system that does not tell is not complained of.
 *
 * @param minFreeBytes with less than this the daemon is not ready
 */
export function diskChecks(
  directory: string,
  minFreeBytes: number,
  read: () => DiskSpace | undefined,
): readonly HealthCheck[] {
  const check = (
    name: string,
    severity: HealthCheck["severity"],
    leastBytes: number,
  ): HealthCheck => ({
    name,
    severity,
    run: () => {
      const fault = shortage(directory, leastBytes, read());
      if (fault !== undefined) throw new Error(fault);
    },
  });
  return [
    check("disk", "fatal", minFreeBytes),
    check("disk-low", "degraded", minFreeBytes * LOW_FACTOR),
  ];
}

function shortage(
  directory: string,
  leastBytes: number,
  space: DiskSpace | undefined,
): string | undefined {
  if (space === undefined) return undefined;
  const { freeBytes, freeFiles } = space;
  if (freeBytes < leastBytes) {
    return `${mebibytes(freeBytes)} MiB are free where ${directory} is, less than ${mebibytes(leastBytes)} MiB: free some space`;
  }
  if (freeFiles !== undefined && freeFiles < MIN_FILES) {
    return `only ${freeFiles} more files can be made where ${directory} is: remove some`;
  }
  return undefined;
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
