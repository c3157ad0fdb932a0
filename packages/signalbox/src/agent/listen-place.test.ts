import assert from "node:assert/strict";
import { test } from "node:test";
import { parseListenPlace } from "./listen-place.ts";

const places = [
  [":50000", { host: "::", port: 50_000 }],
  ["10.0.0.1:0", { host: "10.0.0.1", port: 0 }],
  ["[::1]:50000", { host: "::1", port: 50_000 }],
  ["localhost:65535", { host: "localhost", port: 65_535 }],
] as const;

for (const [text, value] of places) {
  test(`${text} is a place`, () => assert.deepEqual(parseListenPlace(text), { ok: true, value }));
}

for (const text of [
  "",
  "50000",
  "10.0.0.1",
  ":65536",
  "::1:50000",
  "[10.0.0.1]:1",
  "a b:1",
  ":-1",
]) {
  test(`${JSON.stringify(text)} is none`, () => assert.equal(parseListenPlace(text).ok, false));
}
