import type { SecurityGroupRule } from "../../model/security-group.ts";
import type { ProviderCapabilities } from "../../providers/provider.ts";
import { limited, type Notice } from "../notices.ts";

/** Which of a group's rules this region does not carry out. */
export function securityGroupLimits(
  rules: readonly SecurityGroupRule[],
  capabilities: Pick<ProviderCapabilities, "ingressRules" | "egressRules">,
): readonly Notice[] {
  const has = (direction: SecurityGroupRule["direction"]): boolean =>
    rules.some((rule) => rule.direction === direction);
  return [
    ...(has("ingress") && !capabilities.ingressRules
      ? [limited("ingress rules are not carried out in this region")]
      : []),
    ...(has("egress") && !capabilities.egressRules
      ? [limited("egress rules are not carried out in this region")]
      : []),
  ];
}
