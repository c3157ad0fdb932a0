import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { HealthStatus } from "@signalbox/envoy-api/envoy/config/core/v3/health_check_pb.js";
import { ClusterLoadAssignmentSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import type { Condition } from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { ServerSelector } from "../../model/xds-group.ts";
import {
  BOOTED,
  NETWORK_ID,
  server,
  type ServerFields,
  START,
} from "../../reconcilers/testing/fixtures.ts";
import { encodeAssignment } from "./encode-assignment.ts";
import { endpointOf, type RegionReach, selects, type ServerEndpoint } from "./server-endpoint.ts";

const healthy: Condition = {
  type: "Healthy",
  status: "True",
  reason: "Healthy",
  message: "",
  since: START,
  observedGeneration: 1,
};
const BOTH = { ...BOOTED, privateIP: "10.0.0.1", publicIP: "127.64.0.1" };

function found(
  fields: ServerFields,
  hasPrivateNetwork = true,
  isOpen = true,
): ServerEndpoint | undefined {
  const region = (): RegionReach => ({ name: "here", hasPrivateNetwork });
  return endpointOf(server("s1", fields), 80, { region, opens: () => isOpen });
}

test("a server is reached at its public address, else at its private one where that can be", () => {
  assert.equal(found({ status: BOTH })?.address, "127.64.0.1");
  const { publicIP: _, ...priv } = BOTH;
  assert.equal(found({ status: priv })?.address, "10.0.0.1");
  assert.equal(found({ status: priv }, false), undefined, "a user-mode guest has no network");
  assert.equal(found({ status: BOTH }, false)?.address, "127.64.0.1");
  assert.equal(found({ status: BOTH }, false, false), undefined, "its port is not forwarded");
  assert.equal(found({ status: BOOTED }), undefined);
  const nowhere = { region: () => undefined, opens: () => true };
  assert.equal(endpointOf(server("s1", { status: BOTH }), 80, nowhere), undefined);
});

// biome-ignore format: a table reads best with one row a line
const AWAY: readonly (readonly [string, ServerFields])[] = [
  ["stopped",             { status: { ...BOTH, powerState: "Stopped" } }],
  ["building",            { status: { ...BOTH, powerState: "Building" } }],
  ["stopping",            { status: { ...BOTH, powerState: "Stopping" } }],
  ["asked to stop",       { status: BOTH, power: { desired: "stopped" } }],
  ["being deleted",       { status: BOTH, metadata: { deletedAt: START } }],
];
for (const [what, fields] of AWAY) {
  test(`a server that is ${what} is no endpoint`, () => assert.equal(found(fields), undefined));
}

// biome-ignore format: a table reads best with one row a line
const HEALTH: readonly (readonly [Partial<Condition>, ServerEndpoint["health"]])[] = [
  [{},                                                              "healthy"],
  [{ status: "False", reason: "Degraded" },                         "degraded"],
  [{ status: "Unknown", reason: "Unknown" },                        "unknown"],
  [{ status: "False", reason: "MachineExited" },                    "unhealthy"],
];
for (const [condition, health] of HEALTH) {
  test(`a server that says ${condition.reason ?? "Healthy"} is ${health}`, () => {
    const conditions = [{ ...healthy, ...condition }];
    assert.equal(found({ status: BOTH, metadata: { conditions } })?.health, health);
  });
}

const TAGS = [
  { name: "role", value: "web" },
  { name: "tier", value: "1" },
];
// biome-ignore format: a table reads best with one row a line
const SELECTED: readonly (readonly [ServerSelector, boolean])[] = [
  [{ networkId: NETWORK_ID },                                        true],
  [{ networkId: "other" },                                           false],
  [{ tags: { role: "web" } },                                        true],
  [{ tags: { role: "web", tier: "1" } },                             true],
  [{ tags: { role: "web", tier: "2" } },                             false],
  [{ tags: { none: "" } },                                           false],
  [{ networkId: NETWORK_ID, tags: { role: "db" } },                  false],
];
for (const [selector, is] of SELECTED) {
  test(`${JSON.stringify(selector)} selects ${is ? "it" : "not"}`, () => {
    const candidate: Server = server("s1", { metadata: { tags: TAGS } });
    assert.equal(selects(selector, candidate), is);
  });
}

test("an assignment has a weighted locality a region, in an order of its own", () => {
  const at = (serverId: string, region: string): ServerEndpoint => ({
    serverId,
    address: `10.0.0.${serverId}`,
    region,
    health: "healthy",
  });
  const all = [at("3", "b"), at("1", "b"), at("2", "a")];
  const resource = encodeAssignment("web", 8080, all);
  assert.equal(resource.name, "web");
  assert.equal(encodeAssignment("web", 8080, all.toReversed()).version, resource.version);
  const { endpoints } = fromBinary(ClusterLoadAssignmentSchema, resource.bytes);
  const shown = endpoints.map(({ locality, loadBalancingWeight, lbEndpoints }) => [
    locality?.region,
    loadBalancingWeight,
    lbEndpoints.map(({ hostIdentifier, healthStatus }) => {
      assert.equal(healthStatus, HealthStatus.HEALTHY);
      const { value } = hostIdentifier;
      assert.ok(typeof value === "object");
      const { address } = value.address ?? {};
      assert.equal(address?.case, "socketAddress");
      return `${address.value.address}:${address.value.portSpecifier.value}`;
    }),
  ]);
  assert.deepEqual(shown, [
    ["a", 1, ["10.0.0.2:8080"]],
    ["b", 2, ["10.0.0.1:8080", "10.0.0.3:8080"]],
  ]);
  const none = fromBinary(ClusterLoadAssignmentSchema, encodeAssignment("web", 1, []).bytes);
  assert.deepEqual(none.endpoints, [], "clients are told that there is nobody");
});
