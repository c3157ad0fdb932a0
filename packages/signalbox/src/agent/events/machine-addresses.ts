import { hostname, networkInterfaces } from "node:os";
import type { MachineAddresses } from "./address-watch.ts";

/** The name and addresses of the machine that this runs on, in an order that does not change. */
export function machineAddresses(): MachineAddresses {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outward = all.filter(({ internal }) => !internal).map(({ address }) => address);
  return { hostname: hostname(), addresses: [...new Set(outward)].sort() };
}
