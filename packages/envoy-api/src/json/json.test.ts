import assert from "node:assert/strict";
import { test } from "node:test";
import {
  create,
  createRegistry,
  fromBinary,
  type JsonValue,
  type Registry,
  toBinary,
} from "@bufbuild/protobuf";
import {
  anyUnpack,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { ListenerSchema } from "#gen/envoy/config/listener/v3/listener_pb.js";
import { HttpConnectionManagerSchema } from "#gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { typeUrls } from "../type-urls.ts";
import { anyFromJson, anyToJson } from "./any-json.ts";
import type { JsonResult } from "./json-result.ts";
import { loadRegistry, registryFromDescriptors } from "./load-registry.ts";
import { bytesFromJson, jsonFromBytes } from "./message-json.ts";

const registry = await loadRegistry();

const PREFIX = "type.googleapis.com/envoy.extensions.filters";
const listener = {
  "@type": typeUrls.listener,
  name: "l",
  filter_chains: [
    {
      filters: [
        {
          name: "hcm",
          typed_config: {
            "@type": `${PREFIX}.network.http_connection_manager.v3.HttpConnectionManager`,
            stat_prefix: "s",
            route_config: {
              name: "r",
              metadata: { filter_metadata: { one: { a: 1, b: 2 }, two: {} } },
            },
            http_filters: [
              {
                name: "router",
                typed_config: { "@type": `${PREFIX}.http.router.v3.Router` },
              },
            ],
          },
        },
      ],
    },
  ],
};

function valueOf<T>(result: JsonResult<T>): T {
  assert.ok(result.ok, result.ok ? "" : result.error);
  return result.value;
}

function errorOf(result: JsonResult<unknown>): string {
  assert.ok(!result.ok);
  return result.error;
}

test("JSON with an Any in an Any becomes bytes with a name, and JSON again", () => {
  const read = valueOf(anyFromJson(registry, listener));
  assert.equal(read.name, "l");
  assert.equal(read.typeUrl, typeUrls.listener);
  const config = fromBinary(ListenerSchema, read.bytes).filterChains[0]?.filters[0]?.configType;
  assert.equal(config?.case, "typedConfig");
  const manager = anyUnpack(config.value, HttpConnectionManagerSchema);
  assert.equal(manager?.httpFilters[0]?.name, "router");
  assert.deepEqual(valueOf(anyToJson(registry, read, { useProtoFieldNames: true })), listener);
});

test("the order of keys leaves the bytes alone, inside of Any too", () => {
  const reverse = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(reverse);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, of]) => [key, reverse(of)] as const);
    return Object.fromEntries(entries.reverse());
  };
  const one = valueOf(anyFromJson(registry, listener));
  const other = valueOf(anyFromJson(registry, reverse(listener)));
  assert.deepEqual(one.bytes, other.bytes);
});

test("both spellings of a field are read, and camel case is written by default", () => {
  const typeName = "envoy.config.endpoint.v3.ClusterLoadAssignment";
  const snake = valueOf(bytesFromJson(registry, typeName, { cluster_name: "a" }));
  const camel = valueOf(bytesFromJson(registry, typeName, { clusterName: "a" }));
  assert.deepEqual(snake, camel);
  assert.deepEqual(valueOf(jsonFromBytes(registry, typeName, snake)), { clusterName: "a" });
});

test("the name is where the type has it, and absent where it has none", () => {
  const nameOf = (json: JsonValue): string | undefined => valueOf(anyFromJson(registry, json)).name;
  const assignment = { "@type": typeUrls.clusterLoadAssignment, cluster_name: "a" };
  assert.equal(nameOf(assignment), "a");
  assert.equal(nameOf({ "@type": typeUrls.virtualHost, name: "routes/vh" }), "routes/vh");
  assert.equal(nameOf({ "@type": typeUrls.lbEndpoint, endpoint_name: "e" }), undefined);
  assert.equal(nameOf({ "@type": typeUrls.cluster }), undefined);
});

test("a field that is not known is an error, or passed over where that was asked for", () => {
  const json = { "@type": typeUrls.cluster, name: "a", from_the_future: 1 };
  assert.match(errorOf(anyFromJson(registry, json)), /from_the_future/);
  assert.equal(valueOf(anyFromJson(registry, json, { ignoreUnknownFields: true })).name, "a");
});

test("what cannot be read is answered with a reason", () => {
  const reason = (json: JsonValue): string => errorOf(anyFromJson(registry, json));
  assert.match(reason({ "@type": "type.googleapis.com/no.Such" }), /no\.Such/);
  assert.match(reason({ name: "a" }), /@type/);
  assert.match(reason({}), /@type/);
  assert.match(reason([]), /Any/);
  assert.match(reason(null), /Any|@type/);
  assert.match(reason({ "@type": typeUrls.cluster, name: 1 }), /name/);
  assert.match(errorOf(bytesFromJson(registry, "no.Such", {})), /no\.Such is not known/);
  const garbled = { typeUrl: typeUrls.cluster, bytes: Uint8Array.of(0xff) };
  assert.notEqual(errorOf(anyToJson(registry, garbled)), "");
});

test("nesting without end is an error, not the end of the process", () => {
  let json: JsonValue = {};
  for (let depth = 0; depth < 100_000; depth++) json = { deeper: json };
  const runtime = { "@type": typeUrls.runtime, name: "r", layer: json };
  assert.notEqual(errorOf(anyFromJson(registry, runtime)), "");
});

test("messages of the user are known beside Envoy's", async () => {
  const own = await loadRegistry(createRegistry(ownMessages()));
  const typeUrl = "type.googleapis.com/acme.v1.Widget";
  const filter = { "@type": typeUrls.typedExtensionConfig, name: "w" };
  const json = { ...filter, typed_config: { "@type": typeUrl, size: 3 } };
  assert.match(errorOf(anyFromJson(registry, json)), /acme\.v1\.Widget/);
  const read = valueOf(anyFromJson(own, json));
  assert.deepEqual(valueOf(anyToJson(own, read, { useProtoFieldNames: true })), json);
});

test("every resource type, discovery message and report is in the registry", () => {
  const wanted = [
    ...Object.values(typeUrls)
      .filter((url) => url !== typeUrls.rateLimitConfig)
      .map((url) => url.slice(url.indexOf("/") + 1)),
    "envoy.service.discovery.v3.DiscoveryRequest",
    "envoy.service.discovery.v3.DiscoveryResponse",
    "envoy.service.load_stats.v3.LoadStatsRequest",
    "envoy.service.status.v3.ClientStatusResponse",
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
  ];
  assert.deepEqual(
    wanted.filter((name) => registry.getMessage(name) === undefined),
    [],
  );
});

/** `message Widget { int32 size = 1; }` of the package acme.v1, as a descriptor set. */
function ownMessages(): Registry {
  const set = create(FileDescriptorSetSchema, {
    file: [
      {
        name: "acme/v1/widget.proto",
        package: "acme.v1",
        syntax: "proto3",
        messageType: [
          {
            name: "Widget",
            field: [
              {
                name: "size",
                number: 1,
                type: FieldDescriptorProto_Type.INT32,
                label: FieldDescriptorProto_Label.OPTIONAL,
              },
            ],
          },
        ],
      },
    ],
  });
  return registryFromDescriptors(toBinary(FileDescriptorSetSchema, set));
}
