import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { TLSSocket } from "node:tls";

/** The other end of a request, seen through trusted proxies. */
export interface Caller {
  /** Address in its plain spelling (an IPv4-mapped one as IPv4). */
  readonly address: string;
  readonly scheme: "http" | "https";
  /** Host and port that the caller asked for; undefined when it is missing or not one. */
  readonly authority: string | undefined;
  /** The connection comes from a configured proxy, whose words about the caller are believed. */
  readonly viaProxy: boolean;
}

export type CallerReader = (raw: IncomingMessage) => Caller;

const AUTHORITY = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** @throws Error when an entry is neither an address nor a CIDR prefix */
export function createCallerReader(trustedProxies: readonly string[]): CallerReader {
  if (trustedProxies.length === 0) return readDirect;
  const trusted = blockListOf(trustedProxies);
  return (raw) => {
    const direct = readDirect(raw);
    if (!isListed(trusted, direct.address)) return direct;
    return {
      address: forwardedFor(raw.headers["x-forwarded-for"], trusted) ?? direct.address,
      scheme: forwardedScheme(raw.headers["x-forwarded-proto"]) ?? direct.scheme,
      authority: parseAuthority(single(raw.headers["x-forwarded-host"])) ?? direct.authority,
      viaProxy: true,
    };
  };
}

function readDirect(raw: IncomingMessage): Caller {
  const encrypted = (raw.socket as Partial<TLSSocket>).encrypted === true;
  return {
    address: plainAddress(raw.socket.remoteAddress ?? ""),
    scheme: encrypted ? "https" : "http",
    authority: parseAuthority(raw.headers.host) ?? localAuthority(raw),
    viaProxy: false,
  };
}

/** HTTP/1.0 knows no Host header. */
function localAuthority(raw: IncomingMessage): string | undefined {
  if (raw.headers.host !== undefined || raw.httpVersion !== "1.0") return undefined;
  const { localAddress = "localhost", localPort = 80 } = raw.socket;
  return localAddress.includes(":")
    ? `[${localAddress}]:${localPort}`
    : `${localAddress}:${localPort}`;
}

function parseAuthority(text: string | undefined): string | undefined {
  return text !== undefined && AUTHORITY.test(text) ? text : undefined;
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The last hop that is not ours: what stands left of it anybody may have written. */
function forwardedFor(
  value: string | string[] | undefined,
  trusted: BlockList,
): string | undefined {
  const hops = (single(value) ?? "").split(",").map((hop) => plainAddress(hop.trim()));
  const caller = hops.findLast((hop) => !isListed(trusted, hop));
  return caller !== undefined && isIP(caller) !== 0 ? caller : undefined;
}

function forwardedScheme(value: string | string[] | undefined): "http" | "https" | undefined {
  return value === "http" || value === "https" ? value : undefined;
}

function plainAddress(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}

function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
}

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const version = isIP(address);
    const family = version === 4 ? "ipv4" : "ipv6";
    if (version === 0) throw new Error(`${entry} is neither an address nor a prefix`);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
