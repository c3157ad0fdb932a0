import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHostPort, parseHostPort } from "./host-port.ts";

const PLACES = [
  ["127.0.0.1:6080", { host: "127.0.0.1", port: 6080 }],
  ["[::1]:0", { host: "::1", port: 0 }],
  ["[FD00::192.0.2.1]:1", { host: "FD00::192.0.2.1", port: 1 }],
  ["localhost:65535", { host: "localhost", port: 65_535 }],
  [":50000", { host: "", port: 50_000 }],
] as const;

for (const [text, value] of PLACES) {
  test(`${text} is read and written`, () => {
    assert.deepEqual(parseHostPort(text), { ok: true, value });
    assert.equal(formatHostPort(value), text);
  });
}

for (const text of ["", "50000", "10.0.0.1", ":65536", "::1:5", "[10.0.0.1]:1", "a b:1", ":-1"]) {
  test(`${JSON.stringify(text)} is no place`, () => assert.equal(parseHostPort(text).ok, false));
}

test("an address with a zone is one", () => {
  assert.equal(formatHostPort({ host: "fe80::1%eth0", port: 50_000 }), "[fe80::1%eth0]:50000");
});
