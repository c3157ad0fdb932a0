import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { typeUrls } from "@signalbox/envoy-api";
import {
  type Cluster,
  ClusterSchema,
} from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import { type ExampleOptions, ExampleProcess } from "./example-process.ts";
import { XdsClient } from "./xds-client.ts";

/** examples/xds-server: a cluster, and endpoints that follow what is typed in. */
export async function checkXdsServer(t: TestContext, options: ExampleOptions): Promise<void> {
  const example = await ExampleProcess.start(t, options);
  const clusters = XdsClient.open(t, example.address, typeUrls.cluster);
  const { resources } = await clusters.next();
  assert.deepEqual(
    resources.map(({ value }) => fromBinary(ClusterSchema, value).name),
    ["backend"],
  );
  const type = typeUrls.clusterLoadAssignment;
  const endpoints = XdsClient.open(t, example.address, type, ["backend"]);
  const port = async (): Promise<number | undefined> => {
    const [any] = (await endpoints.next()).resources;
    return any && portOf(fromBinary(ClusterLoadAssignmentSchema, any.value));
  };
  assert.equal(await port(), 8080);
  example.type("9090");
  assert.equal(await port(), 9090);
  assert.equal(await example.finish(), 0);
}

/** examples/xds-on-grpc-js: a cluster that follows what is typed in. */
export async function checkXdsOnGrpcJs(t: TestContext, options: ExampleOptions): Promise<void> {
  const example = await ExampleProcess.start(t, options);
  const clusters = XdsClient.open(t, example.address, typeUrls.cluster);
  const port = async (): Promise<number | undefined> => {
    const [any] = (await clusters.next()).resources;
    return any && portIn(fromBinary(ClusterSchema, any.value));
  };
  assert.equal(await port(), 8080);
  example.type("9090");
  assert.equal(await port(), 9090);
  assert.equal(await example.finish(), 0);
}

const portIn = ({ loadAssignment }: Cluster): number | undefined =>
  loadAssignment && portOf(loadAssignment);

function portOf({ endpoints }: ClusterLoadAssignment): number | undefined {
  const identifier = endpoints[0]?.lbEndpoints[0]?.hostIdentifier;
  if (identifier?.case !== "endpoint") return undefined;
  const address = identifier.value.address?.address;
  if (address?.case !== "socketAddress") return undefined;
  const { portSpecifier } = address.value;
  return portSpecifier.case === "portValue" ? portSpecifier.value : undefined;
}
