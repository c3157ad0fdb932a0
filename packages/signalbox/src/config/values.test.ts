import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { byteSize } from "./byte-size.ts";
import { durationMs, parseDurationMs } from "./duration.ts";
import { isLoopback, parseListenAddress, urlHost } from "./listen-address.ts";
import { nearestName } from "./nearest-name.ts";

test("durations", () => {
  assert.equal(durationMs("250ms"), 250);
  assert.equal(durationMs("90s"), 90_000);
  assert.equal(durationMs("30d"), 2_592_000_000);
  for (const text of ["", "5", "5 s", "-1s", "1.5h", "1w"]) {
    assert.equal(parseDurationMs(text), undefined);
    assert.throws(() => durationMs(text), { code: "internal" });
  }
});

test("sizes", () => {
  assert.equal(byteSize("512 KiB"), 524_288);
  assert.equal(byteSize("2GB"), 2_000_000_000);
  for (const text of ["", "5", "5 kb", "1.5 MiB"]) {
    assert.throws(() => byteSize(text), { code: "internal" });
  }
});

test("listen addresses", () => {
  assert.deepEqual(parseListenAddress("[::1]:80"), { ok: true, value: { host: "::1", port: 80 } });
  assert.equal(parseListenAddress("[zz]:80").ok, false);
  assert.equal(parseListenAddress("[1.2:3]:80").ok, false);
  assert.equal(urlHost("::"), "[::1]");
  assert.equal(urlHost("0.0.0.0"), "127.0.0.1");
  assert.equal(isLoopback("127.1.2.3"), true);
  assert.equal(isLoopback("127.evil.example"), false);
  assert.equal(isLoopback("0.0.0.0"), false);
});

test("no text makes the address parser throw, and ports are in range", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.stringMatching(/^[[\]:0-9a-f.]*$/)), (text) => {
      const address = parseListenAddress(text);
      return !address.ok || (address.value.port >= 0 && address.value.port <= 65535);
    }),
    { seed: 81 },
  );
});

test("the nearest name is a likely slip, not any name", () => {
  assert.equal(nearestName("levle", ["level", "lines"]), "level");
  assert.equal(nearestName("Log-Level", ["log-level"]), "log-level");
  assert.equal(nearestName("zzzzzz", ["level", "lines"]), undefined);
});
