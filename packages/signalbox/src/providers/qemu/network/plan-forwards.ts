import type { SecurityGroupRule } from "../../../model/security-group.ts";
import type { DesiredServer, MachineNotice } from "../../provider.ts";
import type { PortForward } from "./port-forward.ts";

/** The part of a desired server that says what is to reach it. */
export type Exposure = Pick<DesiredServer, "rules" | "publicIP" | "allowedSourceAddresses">;

export interface ForwardPlan {
  readonly forwards: readonly PortForward[];
  readonly notices: readonly MachineNotice[];
}

const ANY_SOURCE = "0.0.0.0/0";

/**
 * What of the security rules this provider carries out: single ports and short ranges of TCP and
 * UDP, from anywhere, to the public address. The rest is said in notices.
 *
 * A rule for some sources only opens nothing: opening the port to everybody would be worse than
 * not opening it.
 */
export function planForwards(exposure: Exposure, maxPorts: number): ForwardPlan {
  const { rules, publicIP, allowedSourceAddresses } = exposure;
  const notices: MachineNotice[] = [];
  if (allowedSourceAddresses.length > 0) {
    notices.push(unsupported("allowed source addresses have no effect: machines share no network"));
  }
  if (rules.some((rule) => rule.direction === "egress")) {
    notices.push(
      unsupported("egress rules have no effect: outgoing connections are always refused"),
    );
  }
  const ingress = rules.filter((rule) => rule.direction === "ingress");
  for (const message of ingressLimits(ingress)) notices.push(unsupported(message));
  if (publicIP === undefined) return { forwards: [], notices };

  const forwards = ingress.filter(isForwardable).flatMap((rule) => expand(rule, publicIP));
  const distinct = [...new Map(forwards.map((f) => [`${f.protocol}/${f.port}`, f])).values()];
  if (distinct.length > maxPorts) {
    const message = `the rules admit ${distinct.length} ports; the first ${maxPorts} of them are forwarded`;
    notices.push({ kind: "limited", reason: "PortNotForwarded", message });
  }
  return { forwards: distinct.slice(0, maxPorts), notices };
}

function ingressLimits(rules: readonly SecurityGroupRule[]): readonly string[] {
  const protocols = new Set(rules.map((rule) => rule.protocol));
  const messages: string[] = [];
  for (const protocol of ["icmp", "vrrp"] as const) {
    if (protocols.has(protocol)) messages.push(`ingress of ${protocol} is not forwarded`);
  }
  if (rules.some((rule) => isTcpOrAny(rule) && rule.port === undefined)) {
    messages.push("ingress of all ports is not forwarded; name the ports in rules of their own");
  }
  if (rules.some((rule) => rule.prefix !== undefined && rule.prefix !== ANY_SOURCE)) {
    messages.push("ingress from some sources only is not forwarded; leave the prefix out");
  }
  return messages;
}

function isTcpOrAny({ protocol }: SecurityGroupRule): boolean {
  return protocol === "tcp" || protocol === "udp" || protocol === "any";
}

function isForwardable(rule: SecurityGroupRule): boolean {
  const fromAnywhere = rule.prefix === undefined || rule.prefix === ANY_SOURCE;
  return isTcpOrAny(rule) && rule.port !== undefined && fromAnywhere;
}

function expand(rule: SecurityGroupRule, address: string): readonly PortForward[] {
  const first = rule.port ?? 0;
  const count = (rule.portMax ?? first) - first + 1;
  const protocols = rule.protocol === "udp" ? (["udp"] as const) : (["tcp"] as const);
  const both = rule.protocol === "any" ? (["tcp", "udp"] as const) : protocols;
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index).flatMap((port) =>
    both.map((protocol) => ({ protocol, address, port, guestPort: port })),
  );
}

function unsupported(message: string): MachineNotice {
  return { kind: "limited", reason: "Unsupported", message };
}
