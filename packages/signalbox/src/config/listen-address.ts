import { isIPv4, isIPv6 } from "node:net";
import { fail, type HostPort, parseHostPort, type Result } from "@signalbox/base";

/** Where a listener is bound. Port 0 asks the system for a free one. */
export type ListenAddress = HostPort;

/** Enough for the schema; `parseListenAddress` has the last word. */
export const LISTEN_PATTERN = "^(off|\\[[0-9a-fA-F:.]+\\]:[0-9]{1,5}|[^\\s:\\[\\]]+:[0-9]{1,5})$";

/** Reads `127.0.0.1:6080`, `[::1]:6080` or `localhost:0`. */
export function parseListenAddress(text: string): Result<ListenAddress> {
  const place = parseHostPort(text);
  return place.ok && place.value.host === "" ? fail("HOST:PORT was expected") : place;
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
