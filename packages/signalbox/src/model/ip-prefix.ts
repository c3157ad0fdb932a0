import { isIP } from "node:net";
import { fail, ok, type Result } from "@signalbox/base";

/** A network of addresses of either family. */
export interface IpPrefix {
  readonly address: string;
  /** How many leading bits are fixed. */
  readonly length: number;
  readonly family: "ipv4" | "ipv6";
}

/** Reads `10.0.0.0/8`, `fd00::/8`, or an address alone. */
export function parseIpPrefix(text: string): Result<IpPrefix> {
  const [, address = "", digits] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const length = digits === undefined ? longest : Number(digits);
  if (version === 0 || length > longest) return fail(`"${text}" is no address and no CIDR prefix`);
  return ok({ address, length, family: version === 4 ? "ipv4" : "ipv6" });
}
