import { networkInterfaces, hostname } from "node:os";
import { isIP } from "node:net";

/** Names under which a certificate is believed. */
export interface CertificateNames {
  /** DNS names. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/**
 * What callers may call a listener: its own address, this host by its names and loopback
 * addresses, what was configured, and every address of the host when it listens on all.
 */
export function listenerNames(host: string, configured: readonly string[]): CertificateNames {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const own = isEverywhere ? hostAddresses() : [host];
  const all = new Set(["localhost", hostname(), "127.0.0.1", "::1", ...own, ...configured]);
  const named = [...all].filter((name) => name !== "");
  return {
    names: named.filter((name) => isIP(name) === 0),
    addresses: named.filter((name) => isIP(name) !== 0),
  };
}

function hostAddresses(): readonly string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  // A certificate holds no zones, and nobody is called by a link-local address without one.
  return interfaces.map(({ address }) => address).filter((address) => !/^fe80:/i.test(address));
}
