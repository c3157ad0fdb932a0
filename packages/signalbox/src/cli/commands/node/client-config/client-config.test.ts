import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { addToClientConfig, type ClientContext, newClientConfig } from "./client-config.ts";

const CONTEXT: ClientContext = {
  endpoints: ["127.0.0.1:50000"],
  nodes: ["web"],
  ca: "CA\n",
  certificate: "CRT\n",
  key: "KEY\n",
};

const WRITTEN = {
  endpoints: ["127.0.0.1:50000"],
  nodes: ["web"],
  ca: "Q0EK",
  crt: "Q1JUCg==",
  key: "S0VZCg==",
};

function add(text: string, name = "two"): unknown {
  const added = addToClientConfig(text, name, CONTEXT);
  assert.ok(added.ok, JSON.stringify(added));
  return parse(added.value);
}

test("a new configuration has one context, chosen, its texts in base64", () => {
  const config: unknown = parse(newClientConfig("one", CONTEXT));
  assert.deepEqual(config, { context: "one", contexts: { one: WRITTEN } });
});

test("long texts stay on one line, as other readers of YAML want them", () => {
  const long = { ...CONTEXT, certificate: "x".repeat(2_000) };
  assert.match(newClientConfig("one", long), /^ {4}crt: [A-Za-z0-9+/=]{2668}$/m);
});

test("no list of machines is better than an empty one", () => {
  assert.equal(newClientConfig("one", { ...CONTEXT, nodes: [] }).includes("nodes"), false);
});

test("a context is added beside those of others, and chosen", () => {
  const before = "context: one\ncontexts:\n  one:\n    endpoints: [a]\n    auth: {}\nother: 1\n";
  assert.deepEqual(add(before), {
    context: "two",
    contexts: { one: { endpoints: ["a"], auth: {} }, two: WRITTEN },
    other: 1,
  });
});

test("a context of the same name is replaced, and comments stay", () => {
  const before = "# mine\ncontext: two\ncontexts:\n  two: { key: old }\n";
  const added = addToClientConfig(before, "two", CONTEXT);
  assert.ok(added.ok);
  assert.match(added.value, /^# mine\n/);
  assert.deepEqual(parse(added.value), { context: "two", contexts: { two: WRITTEN } });
});

for (const text of ["", "# only a remark\n", "contexts:\n", "context: x\n", "{}"]) {
  test(`a configuration without contexts takes one: ${JSON.stringify(text)}`, () => {
    assert.deepEqual((add(text) as { contexts: unknown }).contexts, { two: WRITTEN });
  });
}

for (const text of ["[1, 2]", "text", "contexts: [1]", "contexts: 5", "a: [", "a: b: c"]) {
  test(`what is no configuration is left alone: ${JSON.stringify(text)}`, () => {
    assert.equal(addToClientConfig(text, "two", CONTEXT).ok, false);
  });
}
