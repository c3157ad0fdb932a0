import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatIpv4, parseIpv4 } from "../../../model/ipv4.ts";
import type { DesiredNetwork } from "../../provider.ts";
import { networkArgument, planUserNetwork } from "./user-network.ts";

const network = (prefix: string, first: string, last: string): DesiredNetwork => ({
  id: "n",
  prefix,
  gateway: prefix.replace(/0\/\d+$/, "1"),
  pool: { first, last },
  dnsNameservers: [],
  routes: [],
});

test("QEMU's own addresses lie outside the pool", () => {
  const plan = planUserNetwork(network("10.0.0.0/24", "10.0.0.64", "10.0.0.254"), "10.0.0.77");
  assert.deepEqual(plan, {
    ok: true,
    value: { prefix: "10.0.0.0/24", host: "10.0.0.1", dns: "10.0.0.2", address: "10.0.0.77" },
  });
});

test("also when what is left of the block lies above the pool", () => {
  const plan = planUserNetwork(network("10.0.0.0/24", "10.0.0.2", "10.0.0.200"), "10.0.0.2");
  assert.ok(plan.ok);
  assert.deepEqual([plan.value.host, plan.value.dns], ["10.0.0.1", "10.0.0.201"]);
});

test("a block that is all pool, or an address from elsewhere, is refused", () => {
  const all = network("10.0.0.0/24", "10.0.0.1", "10.0.0.254");
  assert.equal(planUserNetwork(all, "10.0.0.9").ok, false);
  const some = network("10.0.0.0/24", "10.0.0.64", "10.0.0.254");
  for (const address of ["10.0.1.9", "10.0.0.0", "10.0.0.255", "10.0.0"]) {
    assert.equal(planUserNetwork(some, address).ok, false, address);
  }
});

test("no two of the three addresses are ever the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 200 }), fc.nat(50), (firstHost, offset) => {
      const pool = [`10.9.0.${firstHost}`, "10.9.0.254"] as const;
      const own = `10.9.0.${firstHost + offset}`;
      const plan = planUserNetwork(network("10.9.0.0/24", ...pool), own);
      assert.ok(plan.ok);
      const { host, dns, address } = plan.value;
      assert.equal(new Set([host, dns, address]).size, 3);
      for (const text of [host, dns]) {
        const parsed = parseIpv4(text);
        assert.ok(parsed.ok && formatIpv4(parsed.value) === text);
        assert.ok((parsed.value & 255) < firstHost);
      }
    }),
    { seed: 9 },
  );
});

test("the guest is shut in", () => {
  const plan = { prefix: "10.0.0.0/24", host: "10.0.0.1", dns: "10.0.0.2", address: "10.0.0.77" };
  assert.equal(
    networkArgument(plan),
    "user,id=net0,ipv4=on,ipv6=off,restrict=on,net=10.0.0.0/24,host=10.0.0.1,dns=10.0.0.2,dhcpstart=10.0.0.77",
  );
});
