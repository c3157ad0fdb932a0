import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEndpoints } from "./parse-endpoints.ts";

// biome-ignore format: a table reads best with one row a line
const READ: readonly (readonly [string, object])[] = [
  ["web:80:network=net",             { cluster: "web", port: 80, network: "net", tags: {} }],
  ["web:80:tag=role=a=b",            { cluster: "web", port: 80, tags: { role: "a=b" } }],
  ["web:80:tag=role=",               { cluster: "web", port: 80, tags: { role: "" } }],
  ["xdstp://a/b:8080:network=n,tag=x=y", { cluster: "xdstp://a/b", port: 8080, network: "n", tags: { x: "y" } }],
];

for (const [text, expected] of READ) {
  test(`${text} is read`, () =>
    assert.deepEqual(parseEndpoints(text), { ok: true, value: expected }));
}

for (const text of [
  "",
  "web",
  "web:80",
  "web:80:",
  "web:x:network=n",
  "web:80:net=n",
  "web:80:tag=a",
]) {
  test(`"${text}" is refused`, () => assert.equal(parseEndpoints(text).ok, false));
}
