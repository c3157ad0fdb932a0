import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRule } from "./parse-rule.ts";

const CASES: readonly (readonly [string, object])[] = [
  ["ingress:tcp:22", { direction: "ingress", protocol: "tcp", port: 22 }],
  [
    "ingress:tcp:80-90:10.0.0.0/8",
    { direction: "ingress", protocol: "tcp", port: 80, portMax: 90, prefix: "10.0.0.0/8" },
  ],
  ["egress:any", { direction: "egress", protocol: "any" }],
  [
    "ingress:icmp:192.168.0.0/16",
    { direction: "ingress", protocol: "icmp", prefix: "192.168.0.0/16" },
  ],
];

for (const [text, rule] of CASES) {
  test(text, () => assert.deepEqual(parseRule(text), rule));
}

for (const text of [
  "",
  "tcp:22",
  "ingress",
  "ingress:tcp:",
  "ingress:tcp:a",
  "ingress:tcp:22:nowhere",
]) {
  test(`"${text}" is no rule`, () => assert.throws(() => parseRule(text), /is not a rule/));
}
