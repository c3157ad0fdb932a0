import type { SecurityGroupRule } from "../../../model/security-group.ts";
import { checkSecurityGroupRule } from "../../../model/security-group-rules.ts";
import { valid } from "../../shared/invalid.ts";

/** The rules, in the order in which they were sent. @throws Problem `invalid_request` */
export function checkedRules(rules: readonly SecurityGroupRule[]): readonly SecurityGroupRule[] {
  for (const [index, rule] of rules.entries()) {
    valid(checkSecurityGroupRule(rule), `/spec/rules/${index}`);
  }
  return rules;
}
