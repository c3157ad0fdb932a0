import type { EncodedResource } from "@signalbox/envoy-api";
import { eventually, PATIENCE_MS } from "../../support/eventually.ts";
import { appliedResources, shownTypes } from "./applied-resources.ts";
import type { EnvoyAdmin } from "./envoy-admin.ts";

const POLL_MS = 10;

/** Waits until Envoy has applied exactly those listeners, routes and clusters that `expected` holds. */
export async function whenCaughtUp(
  admin: EnvoyAdmin,
  expected: readonly EncodedResource[],
): Promise<void> {
  const isApplied = async (): Promise<true | undefined> => {
    for (const type of shownTypes) {
      const wanted = expected.filter(({ typeUrl }) => typeUrl === type);
      const applied = await appliedResources(admin, type);
      if (fingerprint(applied) !== fingerprint(wanted)) return undefined;
    }
    return true;
  };
  await eventually("envoy to catch up", PATIENCE_MS, isApplied, POLL_MS);
}

/** Names and contents of resources in one string, to compare whole sets. */
function fingerprint(resources: readonly EncodedResource[]): string {
  return resources
    .map(({ name, bytes }) => `${name} ${Buffer.from(bytes).toString("base64")}`)
    .toSorted()
    .join("\n");
}
