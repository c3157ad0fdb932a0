import assert from "node:assert/strict";
import { test } from "node:test";
import { authorityOf, parseTarget } from "./target-address.ts";

test("targets that are good", () => {
  const cases = [
    ["127.0.0.1:50000", { type: "tcp", host: "127.0.0.1", port: 50_000 }, "127.0.0.1:50000"],
    ["node.example:1", { type: "tcp", host: "node.example", port: 1 }, "node.example:1"],
    ["[fd00::1]:50000", { type: "tcp", host: "fd00::1", port: 50_000 }, "[fd00::1]:50000"],
    ["[fe80::1%eth0]:65535", { type: "tcp", host: "fe80::1%eth0", port: 65_535 }, undefined],
    ["unix:/run/x.sock", { type: "unix", path: "/run/x.sock" }, "localhost"],
  ] as const;
  for (const [text, expected, authority] of cases) {
    const target = parseTarget(text);
    assert.ok(target.ok, text);
    assert.deepEqual(target.value, expected);
    if (authority !== undefined) assert.equal(authorityOf(target.value), authority);
  }
});

test("targets that are not", () => {
  const bad = ["", "a", "a:", ":1", "a:b", "a:0", "a:65536", "::1:50", "[::1]", "[a]:1", "a:1:2"];
  for (const text of bad) assert.equal(parseTarget(text).ok, false, text);
});
