import { fail, ok, type Result } from "@signalbox/base";

/** An IPv4 block; addresses are unsigned 32-bit numbers. */
export interface Ipv4Block {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

export function parseIpv4(text: string): Result<number> {
  const parts = text.split(".");
  if (parts.length !== 4) return fail(`${text} is not an IPv4 address`);
  let address = 0;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) {
      return fail(`${text} is not an IPv4 address`);
    }
    address = address * 256 + Number(part);
  }
  return ok(address);
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** Parses `a.b.c.d/n`; bits beyond the prefix are cut off. */
export function parseIpv4Block(text: string): Result<Ipv4Block> {
  const [base = "", length = "", ...rest] = text.split("/");
  const address = parseIpv4(base);
  const prefixLength = Number(length);
  if (!address.ok || rest.length > 0 || !/^[0-9]{1,2}$/.test(length) || prefixLength > 32) {
    return fail(`${text} is not an IPv4 block`);
  }
  const size = 2 ** (32 - prefixLength);
  const first = Math.floor(address.value / size) * size;
  return ok({ first, last: first + size - 1, prefixLength });
}
