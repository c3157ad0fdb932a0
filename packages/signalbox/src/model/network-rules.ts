import { fail, ok, type Result } from "@signalbox/base";
import { type Ipv4Prefix, parseIpv4, parseIpv4Prefix, prefixContains } from "./ipv4.ts";
import type { Network, Route } from "./network.ts";

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

/**
 * The names of networks whose prefixes share addresses with this one. Legitimate, since each is a
 * layer-2 network of its own (compute-api §4.12), but they cannot be routed to one another.
 */
export function overlapping(prefix: Ipv4Prefix, others: Iterable<Network>): readonly string[] {
  const names: string[] = [];
  for (const { spec, metadata } of others) {
    const other = parseIpv4Prefix(spec.prefix);
    if (!other.ok || metadata.deletedAt !== undefined) continue;
    const share =
      prefixContains(prefix, other.value.base) || prefixContains(other.value, prefix.base);
    if (share) names.push(metadata.name);
  }
  return names;
}
