import { BlockList, isIP } from "node:net";
import { parseIpPrefix } from "../model/ip-prefix.ts";
import { type AddressWithPort, addressOf, splitHostPort } from "./dial-address.ts";

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
  /** A port of this machine that may be dialled; elsewhere agents have one port. */
  loopbackPlace(target: string): AddressWithPort | undefined {
    const place = splitHostPort(target);
    if (place === undefined || !isPort(place.port)) return undefined;
    return isLoopback(place.host) && this.has(place.host) ? place : undefined;
  }
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

function isLoopback(host: string): boolean {
  const address = addressOf(host);
  return address === "::1" || (address?.startsWith("127.") ?? false);
}
