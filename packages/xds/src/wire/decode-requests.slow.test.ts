import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  DeltaDiscoveryRequestSchema,
  DiscoveryRequestSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import fc from "fast-check";
import { decodeDeltaRequest } from "./decode-delta-request.ts";
import { decodeSotwRequest } from "./decode-sotw-request.ts";

const SEED = 20_261_121;
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const node = fc.record({
  id: text,
  cluster: text,
  locality: fc.record({ region: text, zone: text, subZone: text }),
  userAgentName: text,
  clientFeatures: fc.array(text, { maxLength: 3 }),
  extensions: fc.array(fc.record({ name: text, category: text }), { maxLength: 3 }),
});
const detail = fc.record({ code: fc.integer(), message: text });

const sotwRequest = fc.record(
  {
    versionInfo: text,
    node,
    resourceNames: fc.array(text, { maxLength: 5 }),
    typeUrl: text,
    responseNonce: text,
    errorDetail: detail,
  },
  { requiredKeys: [] },
);
const deltaRequest = fc.record(
  {
    node,
    typeUrl: text,
    resourceNamesSubscribe: fc.array(text, { maxLength: 5 }),
    resourceNamesUnsubscribe: fc.array(text, { maxLength: 5 }),
    initialResourceVersions: fc.dictionary(text, text, { maxKeys: 5 }),
    responseNonce: text,
    errorDetail: detail,
  },
  { requiredKeys: [] },
);

/** What another decoder makes of the bytes; undefined when it refuses them. */
function accepted<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

const encodedSotw = sotwRequest.map((init) =>
  toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, init)),
);
const encodedDelta = deltaRequest.map((init) =>
  toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, init)),
);

function assertEqualSotw(bytes: Uint8Array): void {
  const expected = fromBinary(DiscoveryRequestSchema, bytes);
  const decoded = decodeSotwRequest(bytes);
  assert.ok(decoded.ok, decoded.ok ? "" : decoded.error);
  const { value } = decoded;
  assert.equal(value.versionInfo, expected.versionInfo);
  assert.equal(value.typeUrl, expected.typeUrl);
  assert.equal(value.responseNonce, expected.responseNonce);
  assert.deepEqual(value.resourceNames, expected.resourceNames);
  assert.equal(value.node?.id, expected.node?.id);
  assert.equal(value.node?.cluster, expected.node?.cluster);
  assert.equal(value.node?.locality.zone ?? "", expected.node?.locality?.zone ?? "");
  assert.equal(value.errorDetail?.code, expected.errorDetail?.code);
  assert.equal(value.errorDetail?.message, expected.errorDetail?.message);
  assert.deepEqual(
    [...(value.node?.clientFeatures ?? [])],
    [...new Set(expected.node?.clientFeatures)],
  );
}

function assertEqualDelta(bytes: Uint8Array): void {
  const expected = fromBinary(DeltaDiscoveryRequestSchema, bytes);
  const decoded = decodeDeltaRequest(bytes);
  assert.ok(decoded.ok, decoded.ok ? "" : decoded.error);
  const { value } = decoded;
  assert.equal(value.typeUrl, expected.typeUrl);
  assert.equal(value.responseNonce, expected.responseNonce);
  assert.deepEqual(value.subscribe, expected.resourceNamesSubscribe);
  assert.deepEqual(value.unsubscribe, expected.resourceNamesUnsubscribe);
  assert.deepEqual(
    new Map(value.initialVersions),
    new Map(Object.entries(expected.initialResourceVersions)),
  );
  assert.equal(value.node?.id, expected.node?.id);
  assert.equal(value.errorDetail?.code, expected.errorDetail?.code);
}

test("whatever the generated code encodes, the decoders read alike", () => {
  fc.assert(fc.property(encodedSotw, assertEqualSotw), { seed: SEED, numRuns: 3000 });
  fc.assert(fc.property(encodedDelta, assertEqualDelta), { seed: SEED, numRuns: 3000 });
});

const bytes = fc.uint8Array({ maxLength: 80 });
/** Valid requests with bytes changed, cut off, and stuck together. */
const damage = (encoded: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      encoded,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
      fc.nat(),
      fc.boolean(),
    )
    .map(([valid, changes, cut, isDoubled]) => {
      const copy = Buffer.from(isDoubled ? Buffer.concat([valid, valid]) : valid);
      for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
      return changes.length === 0 ? copy.subarray(0, cut % (copy.length + 1)) : copy;
    });

test("garbage is refused or read, never thrown at", () => {
  const decodeBoth = (input: Uint8Array): void => {
    for (const decode of [decodeSotwRequest, decodeDeltaRequest]) {
      const decoded = decode(input);
      assert.ok(decoded.ok || decoded.error !== "");
    }
  };
  fc.assert(fc.property(bytes, decodeBoth), { seed: SEED, numRuns: 30_000 });
  fc.assert(fc.property(damage(fc.oneof(encodedSotw, encodedDelta)), decodeBoth), {
    seed: SEED,
    numRuns: 30_000,
  });
});

/** Without messages in messages: the generated code lets those reach beyond their own end. */
const flatRequest = fc
  .record({
    versionInfo: text,
    resourceNames: fc.array(text, { maxLength: 5 }),
    typeUrl: text,
    responseNonce: text,
  })
  .map((init) => toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, init)));

test("what both decoders accept, they read alike, also when it is damaged", () => {
  let agreed = 0;
  fc.assert(
    fc.property(damage(flatRequest), (input) => {
      const sotw = decodeSotwRequest(input);
      const other = accepted(() => fromBinary(DiscoveryRequestSchema, input));
      if (!sotw.ok || other === undefined) return;
      if (other.node !== undefined || other.errorDetail !== undefined) return;
      if (other.resourceLocators.length > 0) return;
      agreed++;
      assert.equal(sotw.value.versionInfo, other.versionInfo);
      assert.equal(sotw.value.typeUrl, other.typeUrl);
      assert.equal(sotw.value.responseNonce, other.responseNonce);
      assert.deepEqual(sotw.value.resourceNames, other.resourceNames);
    }),
    { seed: SEED, numRuns: 10_000 },
  );
  assert.ok(agreed > 500, `only ${agreed} inputs were read by both`);
});

test("a reconnect with 60,000 versions is decoded whole", () => {
  const versions: Record<string, string> = {};
  for (let i = 0; i < 60_000; i++) versions[`cluster-${i}`] = `version-of-${i}xxxx`;
  const request = toBinary(
    DeltaDiscoveryRequestSchema,
    create(DeltaDiscoveryRequestSchema, { typeUrl: "t", initialResourceVersions: versions }),
  );
  const decoded = decodeDeltaRequest(request);
  assert.ok(decoded.ok);
  assert.equal(decoded.value.initialVersions.size, 60_000);
  assert.equal(decoded.value.initialVersions.get("cluster-59999"), "version-of-59999xxxx");
});
