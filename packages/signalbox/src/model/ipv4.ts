import { fail, ok, type Result } from "@signalbox/base";

/** An IPv4 address as an unsigned 32-bit number, so that ranges are arithmetic. */
export type Ipv4 = number;

/** A network of addresses: the masked base and how many leading bits are fixed. */
export interface Ipv4Prefix {
  readonly base: Ipv4;
  readonly length: number;
}

/** Addresses from `first` to `last`, both included. */
export interface Ipv4Range {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

const QUAD = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;
const LENGTH = /^(?:0|[1-9]\d?)$/;

/** Four decimal numbers without leading zeros, which some readers would take as octal. */
export function parseIpv4(text: string): Result<Ipv4> {
  const match = QUAD.exec(text);
  if (match === null) return fail("must be an IPv4 address such as 192.0.2.1");
  let address = 0;
  for (const part of match.slice(1)) {
    const octet = Number(part);
    if (octet > 255) return fail("must be an IPv4 address: each number is at most 255");
    address = address * 256 + octet;
  }
  return ok(address);
}

export function formatIpv4(address: Ipv4): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** `ADDRESS/LENGTH`; bits behind the mask are cleared, as clients rely on (compute-api §1.1). */
export function parseIpv4Prefix(text: string): Result<Ipv4Prefix> {
  const slash = text.indexOf("/");
  if (slash < 0) return fail("must be an IPv4 prefix such as 192.0.2.0/24");
  const address = parseIpv4(text.slice(0, slash));
  if (!address.ok) return address;
  const lengthText = text.slice(slash + 1);
  const length = Number(lengthText);
  if (!LENGTH.test(lengthText) || length > 32)
    return fail("must have a prefix length between 0 and 32");
  return ok(prefixAround(address.value, length));
}

export function formatIpv4Prefix(prefix: Ipv4Prefix): string {
  return `${formatIpv4(prefix.base)}/${prefix.length}`;
}

/** The prefix of `length` bits that holds `address`. */
export function prefixAround(address: Ipv4, length: number): Ipv4Prefix {
  return { base: address - (address % sizeOf(length)), length };
}

/** Every address of the prefix, network and broadcast address included. */
export function rangeOf(prefix: Ipv4Prefix): Ipv4Range {
  return { first: prefix.base, last: prefix.base + sizeOf(prefix.length) - 1 };
}

export function prefixContains(prefix: Ipv4Prefix, address: Ipv4): boolean {
  return rangeContains(rangeOf(prefix), address);
}

export function rangeContains(range: Ipv4Range, address: Ipv4): boolean {
  return range.first <= address && address <= range.last;
}

/** True when any address is in both. */
export function prefixesOverlap(one: Ipv4Prefix, other: Ipv4Prefix): boolean {
  return prefixContains(one, other.base) || prefixContains(other, one.base);
}

/** Ascending, lazily: a /8 has sixteen million. */
export function* addressesOf(range: Ipv4Range): Generator<Ipv4> {
  for (let address = range.first; address <= range.last; address++) yield address;
}

function sizeOf(length: number): number {
  return 2 ** (32 - length);
}
