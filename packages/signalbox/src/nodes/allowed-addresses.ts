import { BlockList, isIP } from "node:net";
import { fail, ok, type Result } from "@signalbox/base";

interface Prefix {
  readonly address: string;
  readonly length: number;
  readonly family: "ipv4" | "ipv6";
}

/** Addresses beside those of enrolled machines to which the daemon connects for its operators. */
export class AllowedAddresses {
  readonly #list = new BlockList();

  /** @throws RangeError for what is no prefix; the configuration is checked before */
  constructor(prefixes: readonly string[]) {
    for (const text of prefixes) {
      const prefix = parsePrefix(text);
      if (!prefix.ok) throw new RangeError(prefix.error);
      const { address, length, family } = prefix.value;
      this.#list.addSubnet(address, length, family);
    }
  }

  /** @param address an IP address; a zone behind it does not count */
  has(address: string): boolean {
    const [bare = ""] = address.split("%");
    const family = isIP(bare);
    return family !== 0 && this.#list.check(bare, family === 4 ? "ipv4" : "ipv6");
  }
}

/** Reads `10.0.0.0/8`, `fd00::/8`, or an address alone. */
export function parsePrefix(text: string): Result<Prefix> {
  const [, address = "", digits] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const length = digits === undefined ? longest : Number(digits);
  if (version === 0 || length > longest) return fail(`"${text}" is no address and no CIDR prefix`);
  return ok({ address, length, family: version === 4 ? "ipv4" : "ipv6" });
}
