import { Problem } from "@signalbox/base";
import { type Addressing, addressingOf } from "../model/addressing.ts";
import { formatIpv4, parseIpv4Prefix } from "../model/ipv4.ts";
import type { Network } from "../model/network.ts";
import type { DesiredNetwork } from "../providers/provider.ts";

/** Who may use which addresses of a stored network. @throws Problem `unprocessable` */
export function networkAddressing(network: Network): Addressing {
  const prefix = parseIpv4Prefix(network.spec.prefix);
  if (!prefix.ok) {
    throw new Problem("unprocessable", `the prefix of the network is not valid: ${prefix.error}`);
  }
  return addressingOf(prefix.value, network.spec.reservations);
}

/** A stored network as a provider is told of it. @throws Problem `unprocessable` */
export function desiredNetwork(network: Network): DesiredNetwork {
  const { gateway, serverPool } = networkAddressing(network);
  return {
    id: network.metadata.id,
    prefix: network.spec.prefix,
    gateway: formatIpv4(gateway),
    pool: { first: formatIpv4(serverPool.first), last: formatIpv4(serverPool.last) },
    dnsNameservers: network.spec.dnsNameservers,
    routes: network.spec.routes,
  };
}
