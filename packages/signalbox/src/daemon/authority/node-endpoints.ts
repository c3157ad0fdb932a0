import { parseListenAddress, urlHost } from "../../config/listen-address.ts";

export interface NodeEndpointFacts {
  /** As it is configured: `0.0.0.0:50000`. */
  readonly listen: string;
  /** Where it was bound; undefined while it is off. */
  readonly bound: string | undefined;
  /** Under which callers reach it, as configured. */
  readonly names: readonly string[];
  /** Of this host. */
  readonly hostname: string;
}

/**
 * Where people reach the node API: its address; when it listens on all of them, the configured
 * names, or that of the host.
 */
export function nodeEndpoints({
  listen,
  bound,
  names,
  hostname,
}: NodeEndpointFacts): readonly string[] {
  if (bound === undefined) return [];
  const parsed = parseListenAddress(listen);
  const isEverywhere = parsed.ok && (parsed.value.host === "0.0.0.0" || parsed.value.host === "::");
  if (!isEverywhere) return [bound];
  const port = bound.slice(bound.lastIndexOf(":") + 1);
  const hosts = names.length > 0 ? names : [hostname];
  return hosts.map((host) => `${urlHost(host)}:${port}`);
}
