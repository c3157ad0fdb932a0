import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { planForwards } from "../providers/qemu/network/plan-forwards.ts";
import type { SecurityGroupRule } from "./security-group.ts";
import { opensTcpPort } from "./security-group-rules.ts";

const ruleArbitrary: fc.Arbitrary<SecurityGroupRule> = fc
  .record({
    direction: fc.constantFrom("ingress", "egress"),
    protocol: fc.constantFrom("any", "icmp", "tcp", "udp", "vrrp"),
    port: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    more: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    prefix: fc.constantFrom(undefined, "0.0.0.0/0", "10.0.0.0/8"),
  })
  .map(({ direction, protocol, port, more, prefix }) => ({
    direction,
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(port === undefined || more === undefined ? {} : { portMax: port + more }),
    ...(prefix === undefined ? {} : { prefix }),
  }));

test("the TCP ports that rules open are those that a guest behind forwards is reached at", () => {
  fc.assert(
    fc.property(fc.array(ruleArbitrary, { maxLength: 4 }), (rules) => {
      const exposure = { rules, publicIP: "127.64.0.1", allowedSourceAddresses: [] };
      const { forwards } = planForwards(exposure, 1_000);
      for (let port = 1; port <= 10; port++) {
        const isForwarded = forwards.some((each) => each.protocol === "tcp" && each.port === port);
        assert.equal(opensTcpPort(rules, port), isForwarded, `port ${port}`);
      }
    }),
    { seed: 20261121, numRuns: 1_000 },
  );
});
