import type { Route } from "../../../model/network.ts";

/** The one network interface of a machine, as its guest is to set it up. */
export interface SeedNetwork {
  readonly mac: string;
  /**
   * Where the guest takes its address from. Default `dhcp`: the machine's own network hands out
   * exactly `address`, and so a guest that reads no seed has it too. `static` writes the address
   * into the seed, for networks without a DHCP server.
   */
  readonly addressing?: "dhcp" | "static";
  /** IPv4, e.g. `10.0.0.4`. */
  readonly address: string;
  readonly prefixLength: number;
  /** Becomes the default route, also under DHCP: a closed network's answer names no router. */
  readonly gateway?: string;
  readonly dns: readonly string[];
  readonly routes: readonly Route[];
}

/**
 * The `network-config` document, version 2, of the NoCloud data source.
 *
 * It is written as JSON, which is YAML with every string in quotes: readers of YAML 1.1 take a bare
 * `52:54:00:12:34:56` for a number to the base of sixty.
 */
export function networkConfigDocument(network: SeedNetwork): string {
  const addressing =
    network.addressing === "static"
      ? { dhcp4: false, addresses: [`${network.address}/${network.prefixLength}`] }
      : { dhcp4: true };
  const routes = routesOf(network);
  const config = {
    version: 2,
    ethernets: {
      eth0: {
        match: { macaddress: network.mac.toLowerCase() },
        // Without it, renderers that know no `match` would look for an interface named "eth0".
        "set-name": "eth0",
        ...addressing,
        ...(routes.length > 0 && { routes }),
        ...(network.dns.length > 0 && { nameservers: { addresses: network.dns } }),
      },
    },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function routesOf({ gateway, routes }: SeedNetwork) {
  const declared = routes.map(({ prefix, nexthop }) => ({ to: prefix, via: nexthop }));
  if (gateway === undefined) return declared;
  // Not "default", which renderers before 2021 do not know.
  return [{ to: "0.0.0.0/0", via: gateway }, ...declared];
}
