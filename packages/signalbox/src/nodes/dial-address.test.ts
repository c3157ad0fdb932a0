import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addressOf, dialAddress, isInvalidTarget } from "./dial-address.ts";

const dialled = (target: string): string | undefined => {
  const address = addressOf(target);
  return address === undefined ? undefined : dialAddress(address);
};

describe("targets (node-api §2.1)", () => {
  for (const target of [
    "",
    "127.0.0.2:50000",
    "node0:",
    ":50000",
    "h:abc",
    "[2001:db8::1]:64321",
    "[fe80::1%eth0]:1",
  ]) {
    test(`"${target}" is rejected`, () => assert.equal(isInvalidTarget(target), true));
  }

  for (const [target, address] of [
    ["127.0.0.1", "127.0.0.1:50000"],
    ["fd00::1", "[fd00::1]:50000"],
    ["[fd00::1]", "[fd00::1]:50000"],
    ["fd00:0:0::0001", "[fd00::1]:50000"],
    ["fe80::1%eth0", "[fe80::1%eth0]:50000"],
    ["::ffff:1.2.3.4", "[::ffff:1.2.3.4]:50000"],
    ["[2001:db8:3:4:5:6:7:1:bad]:64321", undefined],
    ["node0", undefined],
    ["a,b", undefined],
    ["network/name", undefined],
    ["tag=role=db", undefined],
  ] as const) {
    test(`"${target}" is taken${address === undefined ? ", as a name" : ""}`, () => {
      assert.equal(isInvalidTarget(target), false);
      assert.equal(dialled(target), address);
    });
  }
});
