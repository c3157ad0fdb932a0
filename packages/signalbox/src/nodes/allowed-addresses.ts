import { BlockList, isIP } from "node:net";
import { parseIpPrefix } from "../model/ip-prefix.ts";

/** Addresses beside those of enrolled machines to which the daemon connects for its operators. */
export class AllowedAddresses {
  readonly #list = new BlockList();

  /** @throws RangeError for what is no prefix; the configuration is checked before */
  constructor(prefixes: readonly string[]) {
    for (const text of prefixes) {
      const prefix = parseIpPrefix(text);
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
