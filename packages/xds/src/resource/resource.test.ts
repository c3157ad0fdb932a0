import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { Resource, type ResourceOptions } from "./resource.ts";
import { RESOURCE_TYPES, resourceTypeOf, TYPE_URLS } from "./resource-types.ts";

const OPTIONS: ResourceOptions = {
  name: "a",
  typeUrl: TYPE_URLS.cluster,
  bytes: Buffer.from("content"),
};

test("equal content has an equal version", () => {
  const first = new Resource(OPTIONS);
  assert.equal(new Resource({ ...OPTIONS, bytes: Buffer.from("content") }).version, first.version);
  assert.match(first.version, /^[\w-]{16}$/);
  assert.deepEqual(Buffer.from(first.bytes), Buffer.from("content"));
});

for (const change of [
  { bytes: Buffer.from("other") },
  { bytes: new Uint8Array() },
  { name: "b" },
  { ttlMs: 1000 },
  { ttlMs: 1001 },
  { aliases: ["x"] },
  { aliases: ["x", "y"] },
] satisfies Partial<ResourceOptions>[]) {
  test(`another version: ${JSON.stringify(change)}`, () => {
    const versions = new Set(
      [OPTIONS, { ...OPTIONS, ...change }].map((options) => new Resource(options).version),
    );
    assert.equal(versions.size, 2);
  });
}

test("what a resource was made of may be changed afterwards", () => {
  const bytes = Buffer.from("content");
  const aliases = ["x", "x"];
  const resource = new Resource({ ...OPTIONS, bytes, aliases });
  bytes.fill(0);
  aliases.push("y");
  assert.deepEqual(Buffer.from(resource.bytes), Buffer.from("content"));
  assert.deepEqual(resource.aliases, ["x"]);
});

test("equal names are spelled alike: the order of context parameters means nothing", () => {
  const [name, other] = ["xdstp://a/T/x?b=1&a=2", "xdstp://a/T/x?a=2&b=1"];
  const resource = new Resource({ ...OPTIONS, name, aliases: [name, other] });
  assert.equal(resource.name, other);
  assert.deepEqual(resource.aliases, [other]);
});

for (const [what, options] of [
  ["no name", { name: "" }],
  ["the wildcard as its name", { name: "*" }],
  ["no type", { typeUrl: "" }],
  ["no time to live", { ttlMs: 0 }],
  ["half a millisecond to live", { ttlMs: 0.5 }],
] as const) {
  test(`no resource has ${what}`, () => {
    assert.throws(
      () => new Resource({ ...OPTIONS, ...options }),
      (error) => Problem.is(error, "invalid_request"),
    );
  });
}

test("the table of types is in the order of a push, and every name leads to its row", () => {
  assert.deepEqual(
    RESOURCE_TYPES.map(({ order }) => order),
    RESOURCE_TYPES.map((_, index) => index),
  );
  for (const type of RESOURCE_TYPES) {
    assert.equal(resourceTypeOf(type.typeUrl), type);
    assert.equal(TYPE_URLS[type.name], type.typeUrl);
  }
  assert.equal(resourceTypeOf("type.googleapis.com/x.Y"), undefined);
});

test("clients that read absence as deletion are answered in full; types without variants lack methods", () => {
  const named = (test: (type: (typeof RESOURCE_TYPES)[number]) => boolean): string[] =>
    RESOURCE_TYPES.filter(test).map(({ name }) => name);
  assert.deepEqual(
    named((type) => type.isFullState),
    ["cluster", "listener", "scopedRoute", "rateLimit"],
  ); // xds §1.1, and what Envoy and the rate limit service do
  assert.deepEqual(
    named((type) => type.sotwMethod === undefined),
    ["localityEndpoint", "virtualHost"],
  );
  assert.deepEqual(
    named((type) => type.deltaMethod === undefined),
    ["rateLimit"],
  );
  assert.deepEqual(
    named((type) => type.hasLegacyWildcard),
    ["cluster", "listener", "scopedRoute", "virtualHost", "rateLimit"],
  ); // xds §2.4
});
