import type { Registry } from "@bufbuild/protobuf";
import type { EncodedResource } from "@signalbox/envoy-api";
import { eventually } from "../../support/eventually.ts";
import { appliedResources } from "./applied-resources.ts";
import type { EnvoyAdmin } from "./envoy-admin.ts";

const POLL_MS = 10;

/** Type, name and content of a resource in one string, to compare whole sets. */
export function fingerprint({ typeUrl, name, bytes }: EncodedResource): string {
  return `${typeUrl} ${name} ${Buffer.from(bytes).toString("base64")}`;
}

/** Waits until Envoy has applied exactly those listeners, routes and clusters that `expected` holds. */
export async function whenCaughtUp(
  admin: EnvoyAdmin,
  registry: Registry,
  expected: readonly EncodedResource[],
  timeoutMs = 20_000,
): Promise<void> {
  const wanted = comparable(expected);
  await eventually(
    "envoy to catch up",
    timeoutMs,
    async () => (comparable(await appliedResources(admin, registry)) === wanted ? true : undefined),
    POLL_MS,
  );
}

/** Types that `/config_dump` shows as they came. */
const DUMPED = /\.(Listener|RouteConfiguration|Cluster) /;

function comparable(resources: readonly EncodedResource[]): string {
  return resources
    .map(fingerprint)
    .filter((of) => DUMPED.test(of))
    .toSorted()
    .join("\n");
}
