import { randomUUID } from "node:crypto";
import type { DesiredNetwork, DesiredServer } from "../provider.ts";
import type { ProviderHarness } from "./harness.ts";

export const NETWORK: DesiredNetwork = freeze({
  id: "aaaabbbb-1234-5678-9abc-def012345678",
  prefix: "10.77.0.0/24",
  gateway: "10.77.0.1",
  pool: { first: "10.77.0.128", last: "10.77.0.254" },
  dnsNameservers: [],
  routes: [],
});

let addresses = 0;

/**
 * A server that asks for nothing out of the ordinary. It is frozen all the way down, so that a
 * provider that changes its arguments fails.
 */
export function desiredServer(
  harness: Pick<ProviderHarness, "flavor" | "images">,
  changes: Partial<DesiredServer> = {},
): DesiredServer {
  const host = 128 + (addresses++ % 120);
  return freeze({
    id: randomUUID(),
    incarnation: randomUUID(),
    name: `server-${host}`,
    flavor: harness.flavor,
    image: harness.images[0],
    network: NETWORK,
    privateIP: `10.77.0.${host}`,
    macAddress: `52:54:00:4d:00:${host.toString(16).padStart(2, "0")}`,
    rules: [],
    allowedSourceAddresses: [],
    power: "running",
    ...changes,
  });
}

/** Bytes cannot be frozen; all else is. */
function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const item of Object.values(value)) freeze(item);
  return Object.freeze(value);
}
