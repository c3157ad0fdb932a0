import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, credentials, type ClientDuplexStream } from "@grpc/grpc-js";
import { createGrpcServer, Router } from "@signalbox/grpc";
import {
  DeltaDiscoveryRequestSchema,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { LinearCache } from "../cache/linear-cache.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { readDeltaAnswer, readSotwAnswer, testResource } from "../stream/testing/answers.ts";
import { XdsServer } from "./xds-server.ts";

const ADS = "/envoy.service.discovery.v3.AggregatedDiscoveryService";

const identity = (bytes: Buffer): Buffer => bytes;

/** The next message of a call. */
function next(call: ClientDuplexStream<Buffer, Buffer>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    call.once("data", resolve);
    call.once("error", reject);
  });
}

describe("a server on a socket, with a client of grpc-js", async () => {
  const cache = new LinearCache(TYPE_URLS.cluster, {
    resources: [testResource(TYPE_URLS.cluster, "a", "1")],
  });
  const xds = new XdsServer({ cache, controlPlane: "test" });
  const server = createGrpcServer({ router: new Router({ services: xds.services }) });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), OWN_CONNECTIONS);
  after(async () => {
    client.close();
    await xds.close();
    await server.close();
    assert.equal(xds.streamCount, 0);
    assert.equal(cache.leaseCount, 0);
  });

  it("serves the state of the world", async () => {
    const call = client.makeBidiStreamRequest(
      `${ADS}/StreamAggregatedResources`,
      identity,
      identity,
    );
    const send = (init: Parameters<typeof create<typeof DiscoveryRequestSchema>>[1]): void =>
      void call.write(
        Buffer.from(toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, init))),
      );
    send({ node: { id: "n1", cluster: "c" }, typeUrl: TYPE_URLS.cluster });
    const first = readSotwAnswer(await next(call));
    assert.deepEqual(
      first.resources.map(({ name }) => name),
      ["a"],
    );
    send({ typeUrl: TYPE_URLS.cluster, versionInfo: first.version, responseNonce: first.nonce });
    cache.set(testResource(TYPE_URLS.cluster, "b", "1"));
    const second = readSotwAnswer(await next(call));
    assert.deepEqual(second.resources.map(({ name }) => name).toSorted(), ["a", "b"]);
    // The stream of another test may have its end before it.
    const status = xds.clients().find(({ stream }) => stream.node?.id === "n1");
    assert.equal(status?.types[0]?.acked?.version, first.version);
    const ended = new Promise((resolve) => call.once("end", resolve));
    call.end();
    call.resume();
    await ended;
  });

  it("serves increments", async () => {
    const call = client.makeBidiStreamRequest(
      `${ADS}/DeltaAggregatedResources`,
      identity,
      identity,
    );
    call.write(
      Buffer.from(
        toBinary(
          DeltaDiscoveryRequestSchema,
          create(DeltaDiscoveryRequestSchema, {
            node: { id: "n2" },
            typeUrl: TYPE_URLS.cluster,
            resourceNamesSubscribe: ["a", "none"],
          }),
        ),
      ),
    );
    const answer = readDeltaAnswer(await next(call));
    assert.deepEqual(
      answer.resources.map(({ name }) => name),
      ["a"],
    );
    assert.deepEqual(answer.removed, ["none"]);
    const ended = new Promise((resolve) => call.once("end", resolve));
    call.end();
    call.resume();
    await ended;
  });

  it("does not begin with intervals that cannot be", () => {
    const cache = new LinearCache(TYPE_URLS.cluster);
    for (const nackRetry of [
      { firstMs: 0, maxMs: 1 },
      { firstMs: 2, maxMs: 1 },
      { firstMs: Number.NaN, maxMs: 1 },
    ]) {
      assert.throws(() => new XdsServer({ cache, nackRetry }), RangeError);
    }
  });

  it("answers a single fetch", async () => {
    const request = toBinary(
      DiscoveryRequestSchema,
      create(DiscoveryRequestSchema, { resourceNames: ["a"] }),
    );
    const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
      client.makeUnaryRequest(
        "/envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters",
        identity,
        identity,
        Buffer.from(request),
        (error, value) => (error === null ? resolve(value) : reject(error)),
      );
    });
    assert.ok(answer !== undefined);
    const decoded = fromBinary(DiscoveryResponseSchema, answer);
    assert.deepEqual([decoded.typeUrl, decoded.resources.length], [TYPE_URLS.cluster, 1]);
    assert.equal(decoded.controlPlane?.identifier, "test");
  });
});
