import assert from "node:assert/strict";
import { test } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { parseSubjectAltName } from "./certificate-identity.ts";

test("names by kind", () => {
  const text = "DNS:localhost, URI:spiffe://a/b, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1";
  assert.deepEqual(parseSubjectAltName(text), [
    ["DNS", "localhost"],
    ["URI", "spiffe://a/b"],
    ["IP Address", "127.0.0.1"],
    ["IP Address", "0:0:0:0:0:0:0:1"],
  ]);
  assert.deepEqual(parseSubjectAltName(""), []);
});

test("a quoted value is one name, whatever it holds", () => {
  assert.deepEqual(parseSubjectAltName('DNS:"a, DNS:admin", URI:x'), [
    ["DNS", "a, DNS:admin"],
    ["URI", "x"],
  ]);
  assert.deepEqual(parseSubjectAltName(String.raw`URI:"a\"b", DNS:c`), [
    ["URI", 'a"b'],
    ["DNS", "c"],
  ]);
});

test("any list of names comes back, quoted as Node quotes", () => {
  const kind = fc.constantFrom("DNS", "URI", "IP Address");
  const names = fc.array(fc.tuple(kind, anyText({ minLength: 1 })));
  fc.assert(
    fc.property(names, (list) => {
      const text = list.map(([name, value]) => `${name}:${JSON.stringify(value)}`).join(", ");
      assert.deepEqual(parseSubjectAltName(text), list);
    }),
    { seed: 5 },
  );
});

test("garbage never throws", () => {
  fc.assert(
    fc.property(anyText(), (text) => void parseSubjectAltName(text)),
    { seed: 5 },
  );
});
