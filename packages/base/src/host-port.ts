import { isIPv6 } from "node:net";
import { fail, ok, type Result } from "./result.ts";

/** A place in a network. */
export interface HostPort {
  /** A name or an address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

const HOST_PORT = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]*)):(\d{1,5})$/i;

/**
 * Reads `127.0.0.1:6080`, `[::1]:6080`, `localhost:0` and, without a host, `:50000`. Whether no
 * host and port 0 mean something is for the caller to say.
 */
export function parseHostPort(text: string): Result<HostPort> {
  const [, v6, name = "", digits] = HOST_PORT.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined) return fail("HOST:PORT was expected");
  if (port > 65_535) return fail("a port is at most 65535");
  if (v6 !== undefined && !isIPv6(v6)) return fail(`[${v6}] is not an IPv6 address`);
  return ok({ host: v6 ?? name, port });
}

/** `127.0.0.1:6080`, `[::1]:6080` */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
