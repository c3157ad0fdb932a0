import { fail, ok, type Result } from "@signalbox/base";
import { type Ipv4, type Ipv4Prefix, type Ipv4Range, prefixAround, rangeOf } from "./ipv4.ts";

/** How many leading bits the blocks held back at the start of a network have (compute-api §1.9). */
export interface Reservations {
  readonly prefixLength: number;
  /** The part of the reserved block that is the provider's own; the rest is for storage. */
  readonly providerReservedPrefixLength: number;
}

export const DEFAULT_RESERVATIONS: Reservations = Object.freeze({
  prefixLength: 25,
  providerReservedPrefixLength: 28,
});

/** A network may not be smaller than this many addresses, so that the blocks fit into it. */
export const LONGEST_NETWORK_PREFIX = 24;

/** Who may use which addresses of a network. */
export interface Addressing {
  readonly prefix: Ipv4Prefix;
  /** The first host. */
  readonly gateway: Ipv4;
  readonly reserved: Ipv4Range;
  readonly providerReserved: Ipv4Range;
  /** Absent when the provider's block is the whole reserved one. */
  readonly storage?: Ipv4Range;
  /** What servers are given addresses from: behind the reserved block, up to broadcast - 1. */
  readonly serverPool: Ipv4Range;
}

/**
 * Fills in and checks what a caller asked to hold back. A provider block that was not given is
 * the default one, or the whole reserved block when that is smaller.
 */
export function resolveReservations(
  prefix: Ipv4Prefix,
  requested:
    | { readonly prefixLength: number; readonly providerReservedPrefixLength?: number | undefined }
    | undefined,
): Result<Reservations> {
  if (requested === undefined) return ok(DEFAULT_RESERVATIONS);
  const { prefixLength } = requested;
  const providerReservedPrefixLength =
    requested.providerReservedPrefixLength ??
    Math.max(prefixLength, DEFAULT_RESERVATIONS.providerReservedPrefixLength);
  if (prefixLength <= prefix.length) {
    return fail(
      `the reserved prefix length must be greater than that of the network, ${prefix.length}`,
    );
  }
  if (providerReservedPrefixLength < prefixLength) {
    return fail(
      `the provider reserved prefix length must be at least the reserved one, ${prefixLength}`,
    );
  }
  return ok({ prefixLength, providerReservedPrefixLength });
}

/** Cuts a network into its blocks. The reservations must have been resolved for this prefix. */
export function addressingOf(prefix: Ipv4Prefix, reservations: Reservations): Addressing {
  const network = rangeOf(prefix);
  const reserved = rangeOf(prefixAround(prefix.base, reservations.prefixLength));
  const providerReserved = rangeOf(
    prefixAround(prefix.base, reservations.providerReservedPrefixLength),
  );
  const storage =
    providerReserved.last < reserved.last
      ? { storage: { first: providerReserved.last + 1, last: reserved.last } }
      : {};
  return {
    prefix,
    gateway: prefix.base + 1,
    reserved,
    providerReserved,
    ...storage,
    serverPool: { first: reserved.last + 1, last: network.last - 1 },
  };
}
