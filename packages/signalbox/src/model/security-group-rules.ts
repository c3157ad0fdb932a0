import { fail, ok, type Result } from "@signalbox/base";
import { parseIpv4Prefix } from "./ipv4.ts";
import type { SecurityGroupRule } from "./security-group.ts";

/** What a schema cannot say about a rule (compute-api §1.10). Nothing is dropped in silence. */
export function checkSecurityGroupRule(rule: SecurityGroupRule): Result<true> {
  const { protocol, port, portMax, prefix } = rule;
  if (prefix !== undefined) {
    const parsed = parseIpv4Prefix(prefix);
    if (!parsed.ok) return fail(`has a prefix that is ${parsed.error}`);
  }
  if (portMax !== undefined && port === undefined) return fail("has portMax without port");
  if (port === undefined) return ok(true);
  if (protocol !== "tcp" && protocol !== "udp") return fail(`has a port, which ${protocol} lacks`);
  if (portMax !== undefined && port >= portMax) return fail("has a portMax not greater than port");
  return ok(true);
}

/**
 * True when the rules open a TCP port to everybody: what a provider that reaches its guests by
 * forwarded ports forwards. Rules without a port, or for some sources only, forward nothing.
 */
export function opensTcpPort(rules: readonly SecurityGroupRule[], wanted: number): boolean {
  return rules.some(({ direction, protocol, port, portMax = port, prefix = ANYWHERE }) => {
    const isTcp = protocol === "tcp" || protocol === "any";
    const isOpen = direction === "ingress" && isTcp && prefix === ANYWHERE;
    return isOpen && port !== undefined && port <= wanted && wanted <= (portMax ?? port);
  });
}

const ANYWHERE = "0.0.0.0/0";
