import assert from "node:assert/strict";
import { test } from "node:test";
import { addressKey } from "./address-key.ts";

// biome-ignore format: a table
const KEYS: readonly [address: string, key: string][] = [
  ["127.0.0.1", "127.0.0.1"], ["::ffff:10.0.0.1", "10.0.0.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"], ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::", "2001:db8:1:2::/64"], ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"], ["", ""],
];

for (const [address, key] of KEYS) {
  test(`${address} is counted as ${key}`, () => assert.equal(addressKey(address), key));
}
