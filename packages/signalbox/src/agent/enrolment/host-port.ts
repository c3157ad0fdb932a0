import { isIPv6 } from "node:net";
import { fail, ok, type Result } from "@signalbox/base";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `10.0.2.2:50001`, `[::1]:50001` or `host:50001`. */
export function parseHostPort(text: string): Result<HostPort> {
  const [, v6, name, digits = ""] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = v6 ?? name;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) return fail("HOST:PORT was expected");
  if (v6 !== undefined && !isIPv6(v6)) return fail(`[${v6}] is not an IPv6 address`);
  return ok({ host, port });
}

export function formatHostPort({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
