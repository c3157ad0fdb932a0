import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary } from "@bufbuild/protobuf";
import { ClusterSchema } from "#gen/envoy/config/cluster/v3/cluster_pb.js";
import { TypedExtensionConfigSchema } from "#gen/envoy/config/core/v3/extension_pb.js";
import { LbEndpointSchema } from "#gen/envoy/config/endpoint/v3/endpoint_components_pb.js";
import { ClusterLoadAssignmentSchema } from "#gen/envoy/config/endpoint/v3/endpoint_pb.js";
import { ListenerSchema } from "#gen/envoy/config/listener/v3/listener_pb.js";
import { VirtualHostSchema } from "#gen/envoy/config/route/v3/route_components_pb.js";
import { RouteConfigurationSchema } from "#gen/envoy/config/route/v3/route_pb.js";
import { ScopedRouteConfigurationSchema } from "#gen/envoy/config/route/v3/scoped_route_pb.js";
import { SecretSchema } from "#gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import { RuntimeSchema } from "#gen/envoy/service/runtime/v3/rtds_pb.js";
import { customResource, rateLimitConfig, resource } from "./resource.ts";
import { resourceSchemas } from "./resource-types.ts";
import { typeUrls } from "./type-urls.ts";

const endpoint = create(LbEndpointSchema, { loadBalancingWeight: 3 });
const host = create(VirtualHostSchema, { name: "a", domains: ["*"] });

// biome-ignore format: a table
const rows = [
  ["cluster", resource(create(ClusterSchema, { name: "a" })), create(ClusterSchema, { name: "a" })],
  ["clusterLoadAssignment", resource(create(ClusterLoadAssignmentSchema, { clusterName: "a" })), create(ClusterLoadAssignmentSchema, { clusterName: "a" })],
  ["lbEndpoint", resource(endpoint, "a"), endpoint],
  ["listener", resource(create(ListenerSchema, { name: "a" })), create(ListenerSchema, { name: "a" })],
  ["routeConfiguration", resource(create(RouteConfigurationSchema, { name: "a" })), create(RouteConfigurationSchema, { name: "a" })],
  ["scopedRouteConfiguration", resource(create(ScopedRouteConfigurationSchema, { name: "a" })), create(ScopedRouteConfigurationSchema, { name: "a" })],
  ["virtualHost", resource(host), host],
  ["secret", resource(create(SecretSchema, { name: "a" })), create(SecretSchema, { name: "a" })],
  ["runtime", resource(create(RuntimeSchema, { name: "a", layer: { x: 1 } })), create(RuntimeSchema, { name: "a", layer: { x: 1 } })],
  ["typedExtensionConfig", resource(create(TypedExtensionConfigSchema, { name: "a" })), create(TypedExtensionConfigSchema, { name: "a" })],
] as const;

test("the ten types of the tree are there", () => {
  const urls = rows.map(([type]) => typeUrls[type]);
  const schemas = [...resourceSchemas.keys()].map((name) => `type.googleapis.com/${name}`);
  assert.deepEqual(urls.toSorted(), schemas.toSorted());
});

for (const [type, { name, typeUrl, bytes }, message] of rows) {
  test(`a resource of the type ${type} has a name, its type URL and bytes that decode`, () => {
    assert.equal(name, "a");
    assert.equal(typeUrl, typeUrls[type]);
    const schema = resourceSchemas.get(message.$typeName);
    assert.ok(schema);
    assert.deepEqual(fromBinary(schema, bytes), message);
  });
}

test("a name that is given counts more than the message's own", () => {
  const named = resource(create(ClusterSchema, { name: "a" }), "xdstp://x/c/a");
  assert.equal(named.name, "xdstp://x/c/a");
});

test("a resource without a name is refused, and so is a message of another type", () => {
  assert.throws(() => resource(create(ClusterSchema)), /needs a name/);
  assert.throws(() => resource(endpoint, ""), /needs a name/);
  assert.throws(() => rateLimitConfig("", new Uint8Array()), /needs a name/);
  const other = { $typeName: "envoy.type.v3.Percent" } as never;
  assert.throws(() => resource(other, "a"), /no resource type/);
});

test("custom types and rate limit configurations are named by the caller", () => {
  const custom = customResource(LbEndpointSchema, endpoint, "z");
  assert.deepEqual([custom.name, custom.typeUrl], ["z", typeUrls.lbEndpoint]);
  const bytes = Uint8Array.of(1, 2, 3);
  assert.deepEqual(rateLimitConfig("rl", bytes), {
    name: "rl",
    typeUrl: "type.googleapis.com/ratelimit.config.ratelimit.v3.RateLimitConfig",
    bytes,
  });
});
