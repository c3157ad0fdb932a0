import type { PortForward } from "./port-forward.ts";

/**
 * The forwards that QEMU has, out of what its monitor prints for `info usernet`. Lines look like
 * `TCP[HOST_FORWARD]  23      127.64.0.5  2222       10.9.0.77    22     0     0`; connections
 * that are open are listed too, with other words in the brackets.
 */
export function parseForwards(text: string): readonly PortForward[] {
  const line = /^\s*(TCP|UDP)\[HOST_FORWARD\]\s+\d+\s+([0-9.]+)\s+(\d+)\s+[0-9.]+\s+(\d+)\s/gm;
  return [...text.matchAll(line)].map(([, protocol, address = "", port, guestPort]) => ({
    protocol: protocol === "UDP" ? "udp" : "tcp",
    address,
    port: Number(port),
    guestPort: Number(guestPort),
  }));
}
