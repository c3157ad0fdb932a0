import { fail, ok, type Result } from "@signalbox/base";
import { type Ipv4Prefix, parseIpv4, parseIpv4Prefix, prefixContains } from "./ipv4.ts";
import type { Route } from "./network.ts";

/** A name server that is not an IPv4 address, or is named twice. */
export function checkNameServer(text: string, before: readonly string[]): Result<true> {
  const address = parseIpv4(text);
  if (!address.ok) return address;
  return before.includes(text) ? fail("names a name server twice") : ok(true);
}

/** A route's own texts. */
export function parseRoute(route: Route): Result<{ prefix: Ipv4Prefix; nexthop: number }> {
  const prefix = parseIpv4Prefix(route.prefix);
  if (!prefix.ok) return prefix;
  const nexthop = parseIpv4(route.nexthop);
  return nexthop.ok ? ok({ prefix: prefix.value, nexthop: nexthop.value }) : nexthop;
}

/** A machine reaches a next hop only inside its own network (compute-api §8 row 22). */
export function checkNextHop(nexthop: number, network: Ipv4Prefix): Result<true> {
  return prefixContains(network, nexthop)
    ? ok(true)
    : fail("the next hop must be an address of the network");
}
