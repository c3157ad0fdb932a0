import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { NodeSchema } from "@signalbox/envoy-api/envoy/config/core/v3/base_pb.js";
import {
  DeltaDiscoveryRequestSchema,
  DiscoveryRequestSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { decodeDeltaRequest } from "./decode-delta-request.ts";
import { decodeNode } from "./decode-node.ts";
import { decodeSotwRequest } from "./decode-sotw-request.ts";

const NODE = create(NodeSchema, {
  id: "edge-1",
  cluster: "edge",
  metadata: { role: "gateway", weights: [1, 2] },
  locality: { region: "eu", zone: "eu-1", subZone: "rack-7" },
  userAgentName: "envoy",
  userAgentVersionType: {
    case: "userAgentBuildVersion",
    value: { version: { majorNumber: 1, minorNumber: 40, patch: 0 } },
  },
  extensions: [{ name: "envoy.filters.http.router", category: "envoy.filters.http" }],
  clientFeatures: ["envoy.lb.does_not_support_overprovisioning"],
});
/** Extensions are most of an Envoy's node, and are not kept. */
const keptBytes = toBinary(NodeSchema, { ...NODE, extensions: [] });
const text = (value: string): Buffer => Buffer.from(value);
/** A field of bytes, by hand: lengths to 127. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);

test("a state-of-the-world request is decoded whole", () => {
  const bytes = toBinary(
    DiscoveryRequestSchema,
    create(DiscoveryRequestSchema, {
      versionInfo: "v7",
      node: NODE,
      resourceNames: ["a", "bücher", "*"],
      resourceLocators: [{ name: "xdstp://a/b/c" }],
      typeUrl: "type.googleapis.com/x.Y",
      responseNonce: "12",
      errorDetail: { code: 13, message: "no such filter" },
    }),
  );
  const decoded = decodeSotwRequest(bytes);
  assert.ok(decoded.ok);
  const { node, ...rest } = decoded.value;
  assert.deepEqual(rest, {
    typeUrl: "type.googleapis.com/x.Y",
    versionInfo: "v7",
    resourceNames: ["a", "bücher", "*"],
    responseNonce: "12",
    errorDetail: { code: 13, message: "no such filter" },
  });
  assert.deepEqual(node, {
    id: "edge-1",
    cluster: "edge",
    locality: { region: "eu", zone: "eu-1", subZone: "rack-7" },
    userAgentName: "envoy",
    userAgentVersion: "1.40.0",
    clientFeatures: new Set(["envoy.lb.does_not_support_overprovisioning"]),
    bytes: keptBytes,
  });
});

test("an incremental request is decoded whole", () => {
  const bytes = toBinary(
    DeltaDiscoveryRequestSchema,
    create(DeltaDiscoveryRequestSchema, {
      node: NODE,
      typeUrl: "t",
      resourceNamesSubscribe: ["a", "*"],
      resourceNamesUnsubscribe: ["b"],
      initialResourceVersions: { a: "1", c: "" },
      responseNonce: "3",
      errorDetail: { code: -1, message: "" },
    }),
  );
  const decoded = decodeDeltaRequest(bytes);
  assert.ok(decoded.ok);
  const { node, ...rest } = decoded.value;
  assert.equal(node?.id, "edge-1");
  assert.deepEqual(rest, {
    typeUrl: "t",
    subscribe: ["a", "*"],
    unsubscribe: ["b"],
    initialVersions: new Map([
      ["a", "1"],
      ["c", ""],
    ]),
    responseNonce: "3",
    errorDetail: { code: -1, message: "" },
  });
});

test("an empty request is one of nobody for nothing; an empty error is still a refusal", () => {
  const sotw = decodeSotwRequest(new Uint8Array());
  assert.ok(sotw.ok);
  assert.deepEqual(sotw.value, {
    node: undefined,
    typeUrl: "",
    versionInfo: "",
    resourceNames: [],
    responseNonce: "",
    errorDetail: undefined,
  });
  const refused = decodeDeltaRequest(field(7, new Uint8Array()));
  assert.ok(refused.ok);
  assert.deepEqual(refused.value.errorDetail, { code: 0, message: "" });
});

test("the older form of the user agent's version serves too; the last one wins", () => {
  const old = field(7, text("1.20"));
  const build = field(8, field(1, Buffer.from([0x08, 1, 0x10, 40])));
  for (const [bytes, version] of [
    [old, "1.20"],
    [Buffer.concat([old, build]), "1.40.0"],
    [Buffer.concat([build, old]), "1.20"],
  ] as const) {
    const node = decodeNode(bytes);
    assert.ok(node.ok);
    assert.equal(node.value.userAgentVersion, version);
  }
});

test("of repeated single fields the last wins; a node in parts is merged", () => {
  const bytes = Buffer.concat([
    field(1, text("v1")),
    field(2, Buffer.concat([field(1, text("first")), field(4, field(1, text("eu")))])),
    field(1, text("v2")),
    field(2, Buffer.concat([field(1, text("last")), field(4, field(2, text("eu-1")))])),
  ]);
  const decoded = decodeSotwRequest(bytes);
  assert.ok(decoded.ok);
  assert.equal(decoded.value.versionInfo, "v2");
  assert.equal(decoded.value.node?.id, "last");
  assert.deepEqual(decoded.value.node?.locality, { region: "eu", zone: "eu-1", subZone: "" });
});

test("of a node everything is kept but its extensions, unknown fields and groups too", () => {
  const [group, id] = [Buffer.from([0xa3, 0x06, 0x08, 0x05, 0xa4, 0x06]), field(1, text("edge"))];
  const extension = field(9, field(1, text("envoy.filters.http.router")));
  const node = decodeNode(Buffer.concat([extension, group, extension, id, extension]));
  assert.ok(node.ok);
  assert.deepEqual(Buffer.from(node.value.bytes), Buffer.concat([group, id]));
});

test("unknown fields, groups and known fields of another wire type are left out", () => {
  const bytes = Buffer.concat([
    Buffer.from([0xa3, 0x06, 0x9b, 0x06, 0x08, 0x05, 0x9c, 0x06, 0xa4, 0x06]), // group in a group
    Buffer.from([0x21, 1, 2, 3, 4, 5, 6, 7, 8]), // field 4 as fixed64
    Buffer.from([0x25, 1, 2, 3, 4]), // field 4 as fixed32
    Buffer.from([0x20, 0x96, 0x01]), // field 4 as varint
    field(15, text("new in the next version")),
    field(4, text("type")),
  ]);
  const decoded = decodeSotwRequest(bytes);
  assert.ok(decoded.ok);
  assert.equal(decoded.value.typeUrl, "type");
});

const deepGroups = (depth: number): Buffer =>
  Buffer.concat([Buffer.alloc(depth, 0x7b), Buffer.alloc(depth, 0x7c)]);

for (const [what, bytes, fault] of [
  ["a tag that is cut off", Buffer.from([0x80]), "a number is cut off"],
  ["a number without end", Buffer.alloc(11, 0xff), "a number is longer than ten bytes"],
  ["field 0", Buffer.from([0x02, 0x00]), "a tag is out of range"],
  ["a tag above 32 bits", Buffer.from([0x82, 0x80, 0x80, 0x80, 0x10, 0]), "a tag is out of range"],
  ["a length beyond the end", Buffer.from([0x0a, 5, 1]), "a field is longer than its message"],
  [
    "a length of 2^63",
    Buffer.from([0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
    "a field is longer than its message",
  ],
  ["wire type 6", Buffer.from([0x7e]), "there is no wire type 6"],
  ["the end of no group", Buffer.from([0x7c]), "a group ends that did not begin"],
  ["the end of another group", Buffer.from([0x7b, 0x74]), "a group ends that did not begin"],
  ["a group without end", Buffer.from([0x7b, 0x08, 0x01]), "a group does not end"],
  ["groups without bottom", deepGroups(33), "groups are nested too deep"],
  ["a text that is not UTF-8", field(1, Buffer.from([0x61, 0xff])), "a text is not UTF-8"],
] as const) {
  test(`refused: ${what}`, () => {
    assert.deepEqual(decodeSotwRequest(bytes), { ok: false, error: fault });
    assert.deepEqual(decodeSotwRequest(field(2, bytes)), { ok: false, error: `node: ${fault}` });
  });
}

test("an entry of the map cannot reach beyond its own end", () => {
  const entry = Buffer.from([0x0a, 0x04, 0x61]); // a key of four bytes in an entry of three
  const bytes = Buffer.concat([field(5, entry), field(2, text("type"))]);
  assert.deepEqual(decodeDeltaRequest(bytes), {
    ok: false,
    error: "a field is longer than its message",
  });
});

test("32 nested groups, U+FFFD itself and a text cut in mid-character are fine", () => {
  assert.ok(decodeSotwRequest(deepGroups(32)).ok);
  const decoded = decodeSotwRequest(field(4, text("\ufffd")));
  assert.ok(decoded.ok);
  assert.equal(decoded.value.typeUrl, "\ufffd");
  const refused = decodeSotwRequest(field(6, field(2, Buffer.from([0x61, 0xc3]))));
  assert.ok(refused.ok);
  assert.equal(refused.value.errorDetail?.message, "a\ufffd");
});

test("a decoded node does not keep the request alive", () => {
  const request = Buffer.concat([field(2, field(1, text("edge-1"))), Buffer.alloc(1 << 20, 0)]);
  const decoded = decodeSotwRequest(request.subarray(0, 10));
  assert.ok(decoded.ok);
  assert.equal(decoded.value.node?.bytes.buffer.byteLength, 8);
});

test("a node in very many parts is put together once, not once a part", () => {
  const extension = field(2, field(9, text("xyz")));
  const parts = Array.from({ length: 200_000 }, () => extension);
  // Copying all that came before for each part would move 100 GB.
  const decoded = decodeSotwRequest(Buffer.concat([...parts, field(2, field(1, text("n")))]));
  assert.ok(decoded.ok);
  assert.equal(decoded.value.node?.id, "n");
});

test("what is kept of a node is bounded, its extensions are not counted", () => {
  const request = (node: MessageInitShape<typeof NodeSchema>): Uint8Array =>
    toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, { node }));
  assert.deepEqual(decodeSotwRequest(request({ metadata: { text: "x".repeat(300_000) } })), {
    ok: false,
    error: "node: longer than 262144 bytes",
  });
  assert.deepEqual(decodeSotwRequest(request({ id: "n".repeat(5_000) })), {
    ok: false,
    error: "node: an id longer than 4096 characters",
  });
  const extensions = Array.from({ length: 10_000 }, (_, i) => ({
    name: `envoy.filters.${i}.long`,
  }));
  assert.ok(decodeSotwRequest(request({ id: "n", extensions })).ok);
});

test("of a client's message the first bytes are read: it is kept", () => {
  const errorDetail = { code: 3, message: "x".repeat(1_000_000) };
  const bytes = toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, { errorDetail }));
  const decoded = decodeSotwRequest(bytes);
  assert.ok(decoded.ok);
  assert.equal(decoded.value.errorDetail?.message, "x".repeat(4096));
});
