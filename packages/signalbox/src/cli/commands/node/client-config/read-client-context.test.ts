import assert from "node:assert/strict";
import { test } from "node:test";
import { newClientConfig } from "./client-config.ts";
import { readClientContext } from "./read-client-context.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const CONTEXT = {
  endpoints: ["127.0.0.1:50000"],
  nodes: ["web"],
  ca: "CA\n",
  certificate: "CRT\n",
  key: "KEY\n",
};

/** As another client of the node API writes it. */
const FOREIGN = `
context: prod
contexts:
    prod:
        endpoints:
            - 10.0.0.1
            - 10.0.0.2
        ca: ${base64("CA\n")}
        crt: ${base64("CRT\n")}
        key: ${base64("-----BEGIN ED25519 PRIVATE KEY-----\nAA==\n-----END ED25519 PRIVATE KEY-----\n")}
        cluster: { name: shop }
    lab:
        endpoints: []
        nodes: [10.1.0.1]
        ca: ""
        crt: ""
        key: ""
last-used: 2026-11-21
`;

test("what we write is read", () => {
  assert.deepEqual(readClientContext(newClientConfig("x", CONTEXT), undefined), {
    ok: true,
    value: CONTEXT,
  });
});

test("a file of another client: its chosen context, its key under the name we know", () => {
  const read = readClientContext(FOREIGN, undefined);
  assert.ok(read.ok, JSON.stringify(read));
  const { key, ...rest } = read.value;
  const endpoints = ["10.0.0.1", "10.0.0.2"];
  assert.deepEqual(rest, { endpoints, nodes: [], ca: "CA\n", certificate: "CRT\n" });
  assert.equal(key, "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n");
});

test("another context, by its name", () => {
  const read = readClientContext(FOREIGN, "lab");
  assert.ok(read.ok);
  assert.deepEqual(read.value.nodes, ["10.1.0.1"]);
});

const FAULTS: readonly (readonly [string, string | undefined, RegExp])[] = [
  ["a: b: c", undefined, /not YAML/],
  ["", undefined, /chooses no context/],
  ["[1]", undefined, /chooses no context/],
  ["context: 5\ncontexts: {}", undefined, /chooses no context/],
  ["context: x\ncontexts: [x]", undefined, /no context "x"/],
  [FOREIGN, "none", /no context "none"/],
  [FOREIGN, "__proto__", /no context/],
  [FOREIGN, "toString", /no context "toString"/],
  ["context: x\ncontexts: { x: 5 }", undefined, /needs endpoints, ca, crt and key/],
  ["context: x\ncontexts: { x: { endpoints: a } }", undefined, /needs endpoints/],
];

for (const [text, name, told] of FAULTS) {
  test(`a file that says too little: ${JSON.stringify(name ?? text.slice(0, 40))}`, () => {
    const read = readClientContext(text, name);
    assert.equal(read.ok, false);
    assert.match(read.ok ? "" : read.error, told);
  });
}
