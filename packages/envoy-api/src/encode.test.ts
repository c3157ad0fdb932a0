import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, type JsonObject, type JsonValue, toBinary } from "@bufbuild/protobuf";
import {
  type Any,
  anyUnpack,
  ListValueSchema,
  type Struct,
  StructSchema,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { type Cluster, ClusterSchema } from "#gen/envoy/config/cluster/v3/cluster_pb.js";
import { MetadataSchema } from "#gen/envoy/config/core/v3/base_pb.js";
import { ClusterLoadAssignmentSchema } from "#gen/envoy/config/endpoint/v3/endpoint_pb.js";
import { RuntimeSchema } from "#gen/envoy/service/runtime/v3/rtds_pb.js";
import { encode, packAny } from "./encode.ts";
import { withSortedMaps } from "./sorted-maps.ts";

const SEED = 20_261_121;

/** The same JSON with the keys of each object in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, of]) => [key, reversed(of)] as const);
  return Object.fromEntries(entries.reverse());
}

const json: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  .map((value) => value as JsonObject);

function clusterWith(filterMetadata: Record<string, JsonObject>): Cluster {
  return create(ClusterSchema, {
    name: "a",
    metadata: { filterMetadata },
    // A map in a message in a list in a message.
    loadAssignment: {
      clusterName: "a",
      endpoints: [
        { metadata: { filterMetadata }, lbEndpoints: [{ metadata: { filterMetadata } }] },
      ],
    },
  });
}

test("the order in which the keys of maps were set leaves the bytes alone", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json, { maxKeys: 5 }), (metadata) => {
      const one = clusterWith(metadata);
      const other = clusterWith(reversed(metadata) as Record<string, JsonObject>);
      assert.deepEqual(encode(ClusterSchema, one), encode(ClusterSchema, other));
      assert.deepEqual(
        fromBinary(ClusterSchema, encode(ClusterSchema, other)),
        fromBinary(ClusterSchema, toBinary(ClusterSchema, other)),
      );
    }),
    { seed: SEED, numRuns: 100 },
  );
});

test("without sorting the bytes would follow the order of the keys", () => {
  const one = clusterWith({ b: {}, a: {} });
  const other = clusterWith({ a: {}, b: {} });
  assert.notDeepEqual(toBinary(ClusterSchema, one), toBinary(ClusterSchema, other));
});

test("a layer of runtime values, plain JSON with no map around it, is sorted too", () => {
  fc.assert(
    fc.property(json, (layer) => {
      const one = create(RuntimeSchema, { name: "r", layer });
      const other = create(RuntimeSchema, { name: "r", layer: reversed(layer) as JsonObject });
      assert.deepEqual(encode(RuntimeSchema, one), encode(RuntimeSchema, other));
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test("structs that are messages, in values and lists, are sorted too", () => {
  const struct = (keys: readonly string[]): Struct =>
    create(StructSchema, {
      fields: Object.fromEntries(keys.map((key) => [key, create(ValueSchema)])),
    });
  const list = (keys: readonly string[]) =>
    create(ListValueSchema, { values: [{ kind: { case: "structValue", value: struct(keys) } }] });
  assert.notDeepEqual(
    toBinary(ListValueSchema, list(["b", "a"])),
    toBinary(ListValueSchema, list(["a", "b"])),
  );
  assert.deepEqual(
    encode(ListValueSchema, list(["b", "a"])),
    encode(ListValueSchema, list(["a", "b"])),
  );
});

test("what is packed by packAny is sorted inside", () => {
  const pack = (keys: readonly string[]): Any =>
    packAny(
      MetadataSchema,
      create(MetadataSchema, { filterMetadata: Object.fromEntries(keys.map((key) => [key, {}])) }),
    );
  assert.deepEqual(pack(["b", "a"]), pack(["a", "b"]));
  assert.equal(pack([]).typeUrl, "type.googleapis.com/envoy.config.core.v3.Metadata");
  const unpacked = anyUnpack(pack(["b"]), MetadataSchema);
  assert.deepEqual(Object.keys(unpacked?.filterMetadata ?? {}), ["b"]);
});

test("the message itself is not touched, and one in order is not copied", () => {
  const message = clusterWith({ b: { d: 1, c: 2 }, a: {} });
  withSortedMaps(ClusterSchema, message);
  assert.deepEqual(Object.keys(message.metadata?.filterMetadata ?? {}), ["b", "a"]);
  const inOrder = clusterWith({ a: { c: 1, d: [{ x: 1, y: 2 }] }, b: {} });
  assert.equal(withSortedMaps(ClusterSchema, inOrder), inOrder);
});

test("fields that the schema does not know survive", () => {
  const unknown = Uint8Array.of(0xfa, 0x7f, 0x03, 0x61, 0x62, 0x63); // field 2047, "abc"
  const bytes = Uint8Array.from([
    ...toBinary(
      ClusterLoadAssignmentSchema,
      create(ClusterLoadAssignmentSchema, { clusterName: "a" }),
    ),
    ...unknown,
  ]);
  const message = fromBinary(ClusterLoadAssignmentSchema, bytes);
  assert.deepEqual(encode(ClusterLoadAssignmentSchema, message), bytes);
});

test("a key that JavaScript treats apart is a key like any other", () => {
  const filterMetadata = Object.fromEntries([
    ["b", {}],
    ["__proto__", {}],
  ]) as Record<string, JsonObject>;
  const sorted = withSortedMaps(MetadataSchema, create(MetadataSchema, { filterMetadata }));
  assert.deepEqual(Object.keys(sorted.filterMetadata), ["__proto__", "b"]);
});
