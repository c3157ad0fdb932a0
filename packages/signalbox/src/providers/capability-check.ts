import { Problem } from "@signalbox/base";
import type { DesiredServer, MachineNotice, ProviderCapabilities } from "./provider.ts";

/**
 * Refuses what a provider cannot do.
 *
 * @throws Problem `provider_unsupported`
 */
export function requireCapability(able: boolean, what: string): void {
  if (!able) throw new Problem("provider_unsupported", `this region cannot ${what}`);
}

/**
 * Refuses a server that the provider cannot make at all.
 *
 * @throws Problem `provider_unsupported`
 */
export function requireServable(capabilities: ProviderCapabilities, server: DesiredServer): void {
  const { architecture } = server.flavor;
  const runs = capabilities.architectures.includes(architecture);
  requireCapability(runs, `run machines of the architecture ${architecture}`);
  const pinned = server.infrastructureRef !== undefined;
  requireCapability(capabilities.pinning || !pinned, "pin a server to a physical host");
  const reachable = server.publicIP !== undefined;
  requireCapability(capabilities.publicAddresses || !reachable, "give a server a public address");
}

/** What is asked for and will not be carried out, while the server itself is. */
export function noticesOf(
  capabilities: ProviderCapabilities,
  server: Pick<DesiredServer, "rules" | "allowedSourceAddresses">,
): readonly MachineNotice[] {
  const has = (direction: "ingress" | "egress"): boolean =>
    server.rules.some((rule) => rule.direction === direction);
  const limited = (message: string): MachineNotice => ({
    kind: "limited",
    reason: "Unsupported",
    message,
  });
  const notices: MachineNotice[] = [];
  if (!capabilities.ingressRules && has("ingress")) {
    notices.push(limited("ingress rules are not enforced in this region"));
  }
  if (!capabilities.egressRules && has("egress")) {
    notices.push(limited("egress rules are not enforced in this region"));
  }
  if (!capabilities.allowedSourceAddresses && server.allowedSourceAddresses.length > 0) {
    notices.push(limited("additional source addresses are not let through in this region"));
  }
  return notices;
}
