import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSeedIso, type Seed } from "./seed-iso.ts";

const seed: Seed = {
  instanceId: "0b6b1c7e-1",
  hostname: "web-1",
  network: { mac: "52:54:00:00:00:01", address: "10.0.0.4", prefixLength: 24, dns: [], routes: [] },
};

test("the volume is labelled as the NoCloud data source looks for it", () => {
  assert.equal(buildSeedIso(seed).toString("latin1", 32_808, 32_814), "cidata");
});

test("strings of meta-data cannot be mistaken for anything else", () => {
  const image = buildSeedIso({ ...seed, instanceId: "1e3", hostname: "yes" });
  assert.ok(image.includes('"instance-id": "1e3"'));
  assert.ok(image.includes('"local-hostname": "yes"'));
});

test("user data is not touched, whatever its bytes", () => {
  const userData = Buffer.from([0x1f, 0x8b, 0, 255, 13, 10, 0]);
  assert.ok(buildSeedIso({ ...seed, userData }).includes(userData));
});

test("equal seeds give equal volumes, and another instance another one", () => {
  assert.deepEqual(buildSeedIso(seed), buildSeedIso(structuredClone(seed)));
  assert.notDeepEqual(buildSeedIso(seed), buildSeedIso({ ...seed, instanceId: "0b6b1c7e-2" }));
});
