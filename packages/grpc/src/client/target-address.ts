import { isIP } from "node:net";
import { fail, ok, type Result } from "@signalbox/base";

/** Where a channel connects to. */
export type TargetAddress =
  | { readonly type: "tcp"; readonly host: string; readonly port: number }
  | { readonly type: "unix"; readonly path: string };

/**
 * Reads `host:port`, `[::1]:port` or `unix:/path`. A bare IPv6 address is no host: its last group
 * could be a port.
 */
export function parseTarget(text: string): Result<TargetAddress> {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    return path === "" ? fail(`no path in "${text}"`) : ok({ type: "unix", path });
  }
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    return fail(`"${text}" is no host:port, [IPv6]:port or unix:/path`);
  }
  if (bracketed !== undefined && isIP(bracketed) !== 6) {
    return fail(`"${bracketed}" is no IPv6 address`);
  }
  return ok({ type: "tcp", host, port });
}

/** The name under which the server is called and, without its port, verified. */
export function authorityOf(target: TargetAddress): string {
  if (target.type === "unix") return "localhost";
  const host = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
  return `${host}:${target.port}`;
}
