import { describeProviderConformance } from "../conformance/provider-conformance.ts";
import type { ProviderCapabilities } from "../provider.ts";
import { createSimulatedHarness } from "./simulated-harness.ts";

const ABLE: ProviderCapabilities = {
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
};

const BARE: ProviderCapabilities = {
  architectures: ["x86_64"],
  console: false,
  consoleOutput: false,
  snapshots: false,
  rebuild: false,
  publicAddresses: false,
  pinning: false,
  ingressRules: false,
  egressRules: false,
  machineToMachine: false,
  allowedSourceAddresses: false,
  imageFormats: ["raw"],
};

describeProviderConformance({
  name: "simulated",
  capabilities: ABLE,
  create: () => createSimulatedHarness(ABLE),
});

describeProviderConformance({
  name: "simulated, able to do as little as may be",
  capabilities: BARE,
  create: () => createSimulatedHarness(BARE),
});
