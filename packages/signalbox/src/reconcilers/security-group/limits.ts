import type { SecurityGroupRule } from "../../model/security-group.ts";
import type { ProviderCapabilities } from "../../providers/provider.ts";

/** Which of a group's rules this region does not carry out: one sentence each. */
export function securityGroupLimits(
  rules: readonly SecurityGroupRule[],
  capabilities: Pick<ProviderCapabilities, "ingressRules" | "egressRules">,
): readonly string[] {
  const has = (direction: SecurityGroupRule["direction"]): boolean =>
    rules.some((rule) => rule.direction === direction);
  return [
    ...(has("ingress") && !capabilities.ingressRules
      ? ["ingress rules are not carried out in this region"]
      : []),
    ...(has("egress") && !capabilities.egressRules
      ? ["egress rules are not carried out in this region"]
      : []),
  ];
}
