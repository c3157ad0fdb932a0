import assert from "node:assert/strict";
import { test } from "node:test";
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  DeltaDiscoveryResponseSchema,
  DiscoveryResponseSchema,
  ResourceNameSchema,
  ResourceSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { StatusSchema } from "@signalbox/envoy-api/google/rpc/status_pb.js";
import { Resource } from "../resource/resource.ts";
import type { DeltaAnswer, SotwAnswer } from "./answer.ts";
import { encodeDelta, encodeSotw } from "./encode-answer.ts";

const TYPE = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
const WRAPPER = "type.googleapis.com/envoy.service.discovery.v3.Resource";
const plain = new Resource({ name: "plain", typeUrl: TYPE, bytes: Buffer.from("content") });
const empty = new Resource({ name: "empty", typeUrl: TYPE, bytes: new Uint8Array() });
const large = new Resource({ name: "groß", typeUrl: TYPE, bytes: Buffer.alloc(20_000, 7) });
const fleeting = new Resource({
  name: "fleeting",
  typeUrl: TYPE,
  bytes: Buffer.from("here today"),
  ttlMs: 2500,
  aliases: ["r/a.example", "r/b.example"],
});

const any = (resource: Resource): { typeUrl: string; value: Uint8Array } => ({
  typeUrl: TYPE,
  value: new Uint8Array(resource.bytes),
});
const TTL = { seconds: 2n, nanos: 500_000_000 };

/** What the generated code makes of the same message, as a frame. */
function frameOf<Desc extends DescMessage>(
  schema: Desc,
  init: MessageInitShape<Desc>,
  more: Uint8Array = new Uint8Array(),
): Buffer {
  const body = Buffer.concat([toBinary(schema, create(schema, init)), more]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

const bytesField = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);

/** `ResourceError` is newer than the generated messages; its parts are not (xds §1.2). */
function resourceError(field: number, name: string, code: number, message: string): Buffer {
  const resourceName = toBinary(ResourceNameSchema, create(ResourceNameSchema, { name }));
  const status = toBinary(StatusSchema, create(StatusSchema, { code, message }));
  return bytesField(field, Buffer.concat([bytesField(1, resourceName), bytesField(2, status)]));
}

const sotw = (answer: Partial<SotwAnswer>): SotwAnswer => ({
  typeUrl: TYPE,
  versionInfo: "v1",
  resources: [],
  isWrapped: false,
  heartbeats: new Set(),
  errors: [],
  ...answer,
});
const delta = (answer: Partial<DeltaAnswer>): DeltaAnswer => ({
  typeUrl: TYPE,
  systemVersionInfo: "v1",
  resources: [],
  heartbeats: [],
  removed: [],
  absentAliases: [],
  errors: [],
  ...answer,
});

test("the state of the world, byte for byte", () => {
  const resources = [plain, empty, large, fleeting];
  const errors = [{ name: "gone", detail: { code: 5, message: "no such cluster" } }];
  assert.deepEqual(
    encodeSotw(sotw({ resources, errors }), { nonce: "12", controlPlane: "signalbox" }),
    frameOf(
      DiscoveryResponseSchema,
      {
        versionInfo: "v1",
        resources: resources.map(any),
        typeUrl: TYPE,
        nonce: "12",
        controlPlane: { identifier: "signalbox" },
      },
      resourceError(7, "gone", 5, "no such cluster"),
    ),
  );
});

test("an answer without anything in it", () => {
  const header = { nonce: "1" };
  assert.deepEqual(
    encodeSotw(sotw({ versionInfo: "" }), header),
    frameOf(DiscoveryResponseSchema, { typeUrl: TYPE, nonce: "1" }),
  );
  assert.deepEqual(
    encodeDelta(delta({ systemVersionInfo: "" }), header),
    frameOf(DeltaDiscoveryResponseSchema, { typeUrl: TYPE, nonce: "1" }),
  );
});

test("an incremental answer, byte for byte", () => {
  const resources = [plain, empty, large, fleeting];
  assert.deepEqual(
    encodeDelta(
      delta({
        resources,
        heartbeats: [fleeting],
        removed: ["a", "bücher"],
        absentAliases: ["r/none.example"],
        errors: [{ name: "x", detail: { code: -3, message: "" } }],
      }),
      { nonce: "7", controlPlane: "signalbox" },
    ),
    frameOf(
      DeltaDiscoveryResponseSchema,
      {
        systemVersionInfo: "v1",
        resources: [
          ...[plain, empty, large].map((resource) => ({
            name: resource.name,
            version: resource.version,
            resource: any(resource),
          })),
          {
            name: "fleeting",
            version: fleeting.version,
            resource: any(fleeting),
            aliases: ["r/a.example", "r/b.example"],
            ttl: TTL,
          },
          { name: "fleeting", version: fleeting.version, ttl: TTL },
          { name: "r/none.example", aliases: ["r/none.example"] },
        ],
        typeUrl: TYPE,
        nonce: "7",
        removedResources: ["a", "bücher"],
        controlPlane: { identifier: "signalbox" },
      },
      resourceError(9, "x", -3, ""),
    ),
  );
});

test("only resources with a time to live are wrapped, and heartbeats have no content", () => {
  const bytes = encodeSotw(sotw({ resources: [plain, fleeting], isWrapped: true }), { nonce: "1" });
  const answer = fromBinary(DiscoveryResponseSchema, bytes.subarray(5));
  assert.deepEqual(
    answer.resources.map(({ typeUrl }) => typeUrl),
    [TYPE, WRAPPER],
  );
  const wrapped = answer.resources[1]?.value ?? new Uint8Array();
  assert.deepEqual(
    Buffer.from(wrapped),
    Buffer.from(
      toBinary(
        ResourceSchema,
        create(ResourceSchema, {
          name: "fleeting",
          resource: any(fleeting),
          aliases: ["r/a.example", "r/b.example"],
          ttl: TTL,
        }),
      ),
    ),
  );

  const beat = encodeSotw(
    sotw({ resources: [fleeting], isWrapped: true, heartbeats: new Set(["fleeting"]) }),
    { nonce: "2" },
  );
  const heartbeat = fromBinary(DiscoveryResponseSchema, beat.subarray(5)).resources[0];
  const decoded = fromBinary(ResourceSchema, heartbeat?.value ?? new Uint8Array());
  assert.equal(decoded.resource, undefined);
  assert.equal(decoded.name, "fleeting");
  assert.deepEqual(decoded.ttl?.seconds, 2n);
});
