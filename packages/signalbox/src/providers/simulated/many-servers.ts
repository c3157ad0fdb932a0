import assert from "node:assert/strict";
import type { DesiredServer } from "../provider.ts";
import { SIMULATED_FLAVORS, SIMULATED_IMAGES } from "./catalogue.ts";

/** As many servers as asked for, the same ones each time; for load and crash tests. */
export function manyServers(count: number): readonly DesiredServer[] {
  const [flavor] = SIMULATED_FLAVORS;
  const [image] = SIMULATED_IMAGES;
  assert.ok(flavor && image);
  const network = {
    id: "aaaabbbb-1234-5678-9abc-def012345678",
    prefix: "10.0.0.0/16",
    gateway: "10.0.0.1",
    pool: { first: "10.0.0.128", last: "10.0.255.254" },
    dnsNameservers: [],
    routes: [],
  };
  return Array.from({ length: count }, (_, index) => {
    const host = index + 128;
    const hex = host.toString(16).padStart(4, "0");
    return {
      id: `aaaaaaaa-0000-4000-8000-${hex.padStart(12, "0")}`,
      incarnation: `bbbbbbbb-0000-4000-8000-${hex.padStart(12, "0")}`,
      name: `server-${index}`,
      flavor,
      image,
      network,
      privateIP: `10.0.${host >> 8}.${host & 255}`,
      macAddress: `52:54:00:00:${hex.slice(0, 2)}:${hex.slice(2)}`,
      rules: [],
      allowedSourceAddresses: [],
      power: "running",
    };
  });
}
