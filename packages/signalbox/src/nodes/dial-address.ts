import { isIP, SocketAddress } from "node:net";
import { formatHostPort } from "@signalbox/base";
import { AGENT_PORT } from "../node-api/agent-port.ts";

/** An address with a port of its own. */
export interface AddressWithPort {
  readonly host: string;
  readonly port: string;
}

/**
 * Takes `host:port` apart, by the rules of Go's `net.SplitHostPort`; undefined for anything else,
 * a bare IPv6 address too.
 */
export function splitHostPort(text: string): AddressWithPort | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || port === undefined ? undefined : { host, port };
}

/**
 * True for what names no machine: nothing, or a machine with a port (node-api §2.1). A bracketed
 * host that is no IP is let through, as it always was; nothing is found under it.
 */
export function isInvalidTarget(target: string): boolean {
  if (target === "") return true;
  const parts = splitHostPort(target);
  return parts !== undefined && (!parts.host.includes(":") || isIP(parts.host) !== 0);
}

/** The IP address that a target is, brackets off, in its shortest form; undefined for a name. */
export function addressOf(target: string): string | undefined {
  const bare = target.replace(/^\[+|\]+$/g, "");
  const family = isIP(bare);
  if (family === 0) return undefined;
  if (family === 4) return bare;
  const [address = "", zone] = bare.split("%");
  const short = new SocketAddress({ address, family: "ipv6" }).address;
  return zone === undefined ? short : `${short}%${zone}`;
}

/** `10.0.0.1:50000`; `[fd00::1]:50000`. */
export function dialAddress(address: string, port: number | string = AGENT_PORT): string {
  return formatHostPort({ host: address, port: Number(port) });
}
