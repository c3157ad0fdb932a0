import { fail, ok, type Result } from "@signalbox/base";
import { formatIpv4, parseIpv4, parseIpv4Prefix, rangeOf } from "../../../model/ipv4.ts";
import type { DesiredNetwork } from "../../provider.ts";

/** A machine's own small network inside its QEMU process ("user" networking). */
export interface UserNetwork {
  /** IPv4 CIDR. */
  readonly prefix: string;
  /** QEMU's end of the network, which the guest may take for its gateway. */
  readonly host: string;
  /** QEMU's DNS forwarder; without use, but it must have an address and not the machine's. */
  readonly dns: string;
  /** The machine's address: the first that QEMU's DHCP server gives away. */
  readonly address: string;
}

/**
 * The network that gives a machine exactly the address that was allocated for it. QEMU's own two
 * addresses come out of what the pool leaves free; by default QEMU would take ones inside it.
 */
export function planUserNetwork(network: DesiredNetwork, address: string): Result<UserNetwork> {
  const prefix = parseIpv4Prefix(network.prefix);
  if (!prefix.ok) return prefix;
  const [gateway, poolFirst, poolLast, own] = [
    parseIpv4(network.gateway),
    parseIpv4(network.pool.first),
    parseIpv4(network.pool.last),
    parseIpv4(address),
  ];
  if (!gateway.ok) return gateway;
  if (!poolFirst.ok) return poolFirst;
  if (!poolLast.ok) return poolLast;
  if (!own.ok) return own;

  const { first, last } = rangeOf(prefix.value);
  const inside = (candidate: number): boolean => candidate > first && candidate < last;
  if (!inside(own.value)) return fail(`${address} is not a host address of ${network.prefix}`);
  const free = (candidate: number): boolean =>
    inside(candidate) &&
    candidate !== own.value &&
    (candidate < poolFirst.value || candidate > poolLast.value);
  const reserved = reservedAddresses(first, last, poolFirst.value, poolLast.value).filter(free);
  const host = free(gateway.value) ? gateway.value : reserved[0];
  const dns = reserved.find((candidate) => candidate !== host);
  if (host === undefined || dns === undefined) {
    return fail(`${network.prefix} has no two addresses outside its pool`);
  }
  return ok({ prefix: network.prefix, host: formatIpv4(host), dns: formatIpv4(dns), address });
}

/** The first few addresses on both sides of the pool. */
function reservedAddresses(first: number, last: number, poolFirst: number, poolLast: number) {
  const few = [1, 2, 3, 4];
  return [
    ...few.map((offset) => first + offset).filter((candidate) => candidate < poolFirst),
    ...few.map((offset) => poolLast + offset).filter((candidate) => candidate < last),
  ];
}

/**
 * The `-netdev` value. `restrict=on` is what keeps the guest from the host: without it the
 * gateway's address is the host's own loopback, with every service that listens there.
 */
export function networkArgument({ prefix, host, dns, address }: UserNetwork): string {
  const addresses = `net=${prefix},host=${host},dns=${dns},dhcpstart=${address}`;
  return `user,id=net0,ipv4=on,ipv6=off,restrict=on,${addresses}`;
}
