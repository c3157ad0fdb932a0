import type { Static } from "typebox";
import {
  LONGEST_NETWORK_PREFIX,
  type Reservations,
  resolveReservations,
} from "../../../model/addressing.ts";
import { formatIpv4Prefix, type Ipv4Prefix, parseIpv4Prefix } from "../../../model/ipv4.ts";
import type { Network } from "../../../model/network.ts";
import { checkNameServer, checkNextHop, parseRoute } from "../../../model/network-rules.ts";
import type { NETWORK_CREATE, NETWORK_UPDATE } from "../schemas/network-schema.ts";
import { feasible, unprocessable, valid } from "../../shared/invalid.ts";

type CreateSpec = Static<typeof NETWORK_CREATE>["spec"];
type MutableSpec = Static<typeof NETWORK_UPDATE>["spec"];

/** What is to be stored of a create. @throws Problem `invalid_request`, `unprocessable` (§1.9) */
export function createdNetworkSpec(spec: CreateSpec): Network["spec"] {
  const prefix = valid(parseIpv4Prefix(spec.prefix), "/spec/prefix");
  if (prefix.length > LONGEST_NETWORK_PREFIX) {
    const error = `must be /${LONGEST_NETWORK_PREFIX} or larger`;
    valid({ ok: false, error }, "/spec/prefix");
  }
  const reservations: Reservations = feasible(
    resolveReservations(prefix, spec.reservations),
    "/spec/reservations",
  );
  return { prefix: formatIpv4Prefix(prefix), reservations, ...mutablePart(spec, prefix) };
}

/** What is to be stored of an update. @throws Problem `invalid_request`, `unprocessable` */
export function updatedNetworkSpec(present: Network["spec"], spec: MutableSpec): Network["spec"] {
  const prefix = valid(parseIpv4Prefix(present.prefix), "/status/prefix");
  return { ...present, ...mutablePart(spec, prefix) };
}

function mutablePart(
  { dnsNameservers, routes = [] }: MutableSpec,
  network: Ipv4Prefix,
): Pick<Network["spec"], "dnsNameservers" | "routes"> {
  for (const [index, text] of dnsNameservers.entries()) {
    const checked = checkNameServer(text, dnsNameservers.slice(0, index));
    valid(checked, `/spec/dnsNameservers/${index}`);
  }
  const seen = new Set<string>();
  for (const [index, route] of routes.entries()) {
    const pointer = `/spec/routes/${index}`;
    const { prefix, nexthop } = valid(parseRoute(route), pointer);
    feasible(checkNextHop(nexthop, network), `${pointer}/nexthop`);
    const destination = formatIpv4Prefix(prefix);
    if (seen.has(destination)) throw unprocessable("there are two routes to one prefix", pointer);
    seen.add(destination);
  }
  return { dnsNameservers, routes };
}
