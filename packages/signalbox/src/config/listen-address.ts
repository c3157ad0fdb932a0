import { isIPv4, isIPv6 } from "node:net";
import { fail, ok, type Result } from "@signalbox/base";

/** Where a listener is bound. Port 0 asks the system for a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Enough for the schema; `parseListenAddress` has the last word. */
export const LISTEN_PATTERN = "^(off|\\[[0-9a-fA-F:.]+\\]:[0-9]{1,5}|[^\\s:\\[\\]]+:[0-9]{1,5})$";

/** Reads `127.0.0.1:6080`, `[::1]:6080` or `localhost:0`. */
export function parseListenAddress(text: string): Result<ListenAddress> {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):([0-9]{1,5})$/.exec(text);
  if (match === null) return fail("HOST:PORT was expected");
  const [, v6, name, digits] = match;
  const port = Number(digits);
  if (port > 65535) return fail("a port is at most 65535");
  if (v6 !== undefined && !isIPv6(v6)) return fail(`[${v6}] is not an IPv6 address`);
  return ok({ host: v6 ?? name ?? "", port });
}

/** True when nobody but this machine can reach a listener on `host`. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIPv4(host) && host.startsWith("127.");
}

/** `host` as it stands in a URL, a wildcard replaced by the loopback address it includes. */
export function urlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return isIPv6(host) ? `[${host}]` : host;
}
