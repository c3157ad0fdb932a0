import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { Client, credentials } from "@grpc/grpc-js";
import {
  DeltaDiscoveryRequestSchema,
  DiscoveryRequestSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { LoadStatsRequestSchema } from "@signalbox/envoy-api/envoy/service/load_stats/v3/lrs_pb.js";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { AGGREGATED_SERVICE, TYPE_URLS } from "../../resource/resource-types.ts";

const ADS = `/${AGGREGATED_SERVICE.service}`;

/** What each kind of honest client sends, byte by byte: it is recorded between them and a server. */
export async function recordClients(port: number): Promise<readonly Buffer[]> {
  const node = { id: "n", cluster: "c", clientFeatures: ["a", "b"] };
  const common = { node, typeUrl: TYPE_URLS.cluster };
  const sotw = create(DiscoveryRequestSchema, { ...common, resourceNames: ["a", "b"] });
  const delta = create(DeltaDiscoveryRequestSchema, {
    ...common,
    resourceNamesSubscribe: ["a", "xdstp://a/T/*"],
    initialResourceVersions: { a: "1", b: "2" },
  });
  const report = create(LoadStatsRequestSchema, { node, clusterStats: [{ clusterName: "a" }] });
  const calls: readonly (readonly [string, Uint8Array])[] = [
    [`${ADS}/StreamAggregatedResources`, toBinary(DiscoveryRequestSchema, sotw)],
    [`${ADS}/DeltaAggregatedResources`, toBinary(DeltaDiscoveryRequestSchema, delta)],
    [
      "/envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats",
      toBinary(LoadStatsRequestSchema, report),
    ],
  ];
  const recorded: Buffer[] = [];
  for (const [path, message] of calls) {
    recorded.push(await record(port, (address) => converse(address, path, Buffer.from(message))));
  }
  const poll = { method: "POST", body: JSON.stringify({ node, resource_names: ["a"] }) };
  recorded.push(
    await record(port, async (address) => {
      await (await fetch(`http://${address}/v3/discovery:clusters`, poll)).text();
    }),
  );
  return recorded;
}

/** One call with one message, until its first answer. */
async function converse(address: string, path: string, message: Buffer): Promise<void> {
  const client = new Client(address, credentials.createInsecure(), OWN_CONNECTIONS);
  const asIs = (bytes: Buffer): Buffer => bytes;
  const call = client.makeBidiStreamRequest<Buffer, Buffer>(path, asIs, asIs);
  call.on("error", () => {});
  call.write(message);
  await once(call, "data");
  call.cancel();
  client.close();
}

/** Relays a client to the server, and notes what it sends. */
async function record(port: number, act: (address: string) => Promise<void>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const relay = createServer((socket) => {
    const upstream = connect(port, "127.0.0.1");
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => upstream.destroy()).pipe(upstream);
    upstream.on("error", () => socket.destroy()).pipe(socket);
    upstream.on("close", () => socket.destroy());
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  await act(`127.0.0.1:${(relay.address() as AddressInfo).port}`);
  relay.close();
  return Buffer.concat(chunks);
}
