import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecurityGroupRule } from "../../../model/security-group.ts";
import { planForwards } from "./plan-forwards.ts";
import { forwardKey } from "./port-forward.ts";

const plan = (rules: readonly SecurityGroupRule[], maxPorts = 10) =>
  planForwards({ rules, allowedSourceAddresses: [], publicIP: "127.64.0.5" }, maxPorts);
const keys = (rules: readonly SecurityGroupRule[], maxPorts?: number): readonly string[] =>
  plan(rules, maxPorts).forwards.map(forwardKey);
const ingress = (rule: Omit<SecurityGroupRule, "direction">): SecurityGroupRule => ({
  direction: "ingress",
  ...rule,
});

test("ports and ranges are forwarded to the same ports", () => {
  assert.deepEqual(
    keys([
      ingress({ protocol: "tcp", port: 22 }),
      ingress({ protocol: "udp", port: 53, prefix: "0.0.0.0/0" }),
      ingress({ protocol: "tcp", port: 80, portMax: 81 }),
      ingress({ protocol: "any", port: 99 }),
    ]),
    ["tcp:127.64.0.5:22", "udp:127.64.0.5:53", "tcp:127.64.0.5:80", "tcp:127.64.0.5:81"].concat([
      "tcp:127.64.0.5:99",
      "udp:127.64.0.5:99",
    ]),
  );
});

test("a port of several rules is forwarded once", () => {
  const rule = ingress({ protocol: "tcp", port: 22 });
  assert.deepEqual(keys([rule, rule]), ["tcp:127.64.0.5:22"]);
});

test("without a public address nothing is forwarded, and nothing needs saying", () => {
  const rules = [ingress({ protocol: "tcp", port: 22 })];
  const none = planForwards({ rules, allowedSourceAddresses: [] }, 10);
  assert.deepEqual(none, { forwards: [], notices: [] });
});

test("too many ports are cut off, and it is said", () => {
  const { forwards, notices } = plan(
    [ingress({ protocol: "tcp", port: 1000, portMax: 65_535 })],
    3,
  );
  assert.equal(forwards.length, 3);
  assert.deepEqual(
    notices.map(({ kind, reason }) => [kind, reason]),
    [["limited", "PortNotForwarded"]],
  );
  assert.match(notices[0]?.message ?? "", /64536 ports; the first 3/);
});

const LIMITS: readonly [string, SecurityGroupRule][] = [
  ["egress", { direction: "egress", protocol: "tcp", port: 443 }],
  ["icmp", ingress({ protocol: "icmp" })],
  ["vrrp", ingress({ protocol: "vrrp" })],
  ["all ports", ingress({ protocol: "any" })],
  ["some sources", ingress({ protocol: "tcp", port: 22, prefix: "10.0.0.0/8" })],
];

for (const [what, rule] of LIMITS) {
  test(`${what} cannot be had: one notice, and no port is opened instead`, () => {
    const { forwards, notices } = plan([rule]);
    assert.deepEqual(forwards, []);
    assert.deepEqual(
      notices.map(({ kind, reason }) => [kind, reason]),
      [["limited", "Unsupported"]],
    );
  });
}
