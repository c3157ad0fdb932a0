import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIpPrefix } from "../model/ip-prefix.ts";
import { AllowedAddresses } from "./allowed-addresses.ts";

test("nothing is allowed unless it was said", () => {
  assert.equal(new AllowedAddresses([]).has("127.0.0.1"), false);
});

test("prefixes of both families, and single addresses", () => {
  const allowed = new AllowedAddresses(["10.1.0.0/16", "fd00:1::/32", "192.0.2.7"]);
  for (const address of ["10.1.255.1", "::ffff:10.1.2.3", "fd00:1::9", "192.0.2.7"]) {
    assert.equal(allowed.has(address), true, address);
  }
  for (const address of ["10.2.0.1", "192.0.2.8", "fd00:2::1", "::1", "host", ""]) {
    assert.equal(allowed.has(address), false, address);
  }
  assert.equal(new AllowedAddresses(["fe80::/10"]).has("fe80::1%eth0"), true);
});

test("what is no prefix is told", () => {
  for (const text of [
    "",
    "host",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0/8",
    "10.0.0.0/-1",
    "1/2/3",
  ]) {
    assert.equal(parseIpPrefix(text).ok, false, text);
  }
  assert.throws(() => new AllowedAddresses(["any"]), RangeError);
});

test("a port may stand behind a loopback address that is allowed, and behind no other", () => {
  const allowed = new AllowedAddresses(["127.0.0.0/8", "10.0.0.0/8", "::1"]);
  for (const target of ["127.0.0.1:1", "127.9.9.9:65535", "[::1]:50000"]) {
    assert.ok(allowed.loopbackPlace(target), target);
    assert.equal(new AllowedAddresses([]).loopbackPlace(target), undefined, target);
  }
  for (const target of [
    "10.0.0.1:50000",
    "127.0.0.1",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "127.0.0.1:01",
    "localhost:50000",
    "[::2]:50000",
  ]) {
    assert.equal(allowed.loopbackPlace(target), undefined, target);
  }
});
