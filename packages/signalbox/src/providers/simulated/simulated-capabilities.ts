import type { ProviderCapabilities } from "../provider.ts";

/** Everything, unless a test takes something away. */
export const SIMULATED_CAPABILITIES: ProviderCapabilities = Object.freeze<ProviderCapabilities>({
  architectures: ["x86_64", "aarch64"],
  console: true,
  consoleOutput: true,
  snapshots: true,
  rebuild: true,
  publicAddresses: true,
  pinning: true,
  ingressRules: true,
  egressRules: true,
  machineToMachine: true,
  allowedSourceAddresses: true,
  imageFormats: ["qcow2", "raw"],
});
