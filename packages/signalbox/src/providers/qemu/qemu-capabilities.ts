import type { ProviderCapabilities } from "../provider.ts";

/** What this provider can do, and what user networking cannot. */
export const QEMU_CAPABILITIES: ProviderCapabilities = Object.freeze({
  architectures: ["x86_64"],
  console: true,
  consoleOutput: true,
  snapshots: true,
  rebuild: true,
  publicAddresses: true,
  pinning: false,
  ingressRules: true,
  egressRules: false,
  machineToMachine: false,
  allowedSourceAddresses: false,
  imageFormats: ["qcow2", "raw"],
} as const);
