import assert from "node:assert/strict";
import { once } from "node:events";
import { it, type TestContext } from "node:test";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientDuplexStream, credentials, type StatusObject } from "@grpc/grpc-js";
import {
  type LoadStatsResponse,
  LoadStatsRequestSchema,
  LoadStatsResponseSchema,
} from "@signalbox/envoy-api/envoy/service/load_stats/v3/lrs_pb.js";
import { createLog, VirtualClock } from "@signalbox/base";
import { createGrpcServer, GrpcError, Router, STATUS } from "@signalbox/grpc";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { LoadReporting, type LoadReportingOptions } from "./load-reporting.ts";

const METHOD = "/envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats";

const asIs = (bytes: Buffer): Buffer => bytes;

/** A client of grpc-js that reports load. */
class Reporter {
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  policies = 0;

  constructor(client: Client) {
    this.#call = client.makeBidiStreamRequest(METHOD, asIs, asIs);
    this.#call.on("error", () => {});
  }

  send(init: MessageInitShape<typeof LoadStatsRequestSchema>): void {
    const message = toBinary(LoadStatsRequestSchema, create(LoadStatsRequestSchema, init));
    this.#call.write(Buffer.from(message));
  }

  sendBytes(bytes: Buffer): void {
    this.#call.write(bytes);
  }

  /** The next policy that comes. */
  async policy(): Promise<LoadStatsResponse> {
    const [bytes] = (await once(this.#call, "data")) as [Buffer];
    this.policies += 1;
    return fromBinary(LoadStatsResponseSchema, bytes);
  }

  status(): Promise<number> {
    this.#call.on("data", () => (this.policies += 1));
    return new Promise((resolve) =>
      this.#call.once("status", ({ code }: StatusObject) => resolve(code)),
    );
  }

  leave(): void {
    this.#call.end();
    this.#call.resume();
  }
}

const ALL = { intervalMs: 2500, clusters: "all" } as const;

async function start(
  t: TestContext,
  options: Partial<LoadReportingOptions>,
): Promise<{ readonly loads: LoadReporting; readonly client: Client }> {
  const loads = new LoadReporting({ policy: () => ALL, onLoadReport: () => {}, ...options });
  const server = createGrpcServer({ router: new Router({ services: loads.services }) });
  const { port } = await server.listen({ port: 0 });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), OWN_CONNECTIONS);
  t.after(async () => {
    client.close();
    loads.close();
    await server.close();
    assert.equal(loads.streamCount, 0);
  });
  return { loads, client };
}

it("a client is told the policy for its node, and its reports arrive", async (t) => {
  const { promise, resolve } = Promise.withResolvers<readonly unknown[]>();
  const { client } = await start(t, {
    policy: ({ id }) => ({ intervalMs: 2500, clusters: [`${id}-c`], endpointGranularity: true }),
    onLoadReport: (node, stats, { id, peer }) =>
      resolve([node.id, stats[0]?.clusterName, stats[0]?.totalDroppedRequests, id, peer.address]),
  });
  const reporter = new Reporter(client);
  reporter.send({ node: { id: "n" } });
  const policy = await reporter.policy();
  assert.deepEqual(policy.clusters, ["n-c"]);
  assert.deepEqual(
    [policy.loadReportingInterval?.seconds, policy.loadReportingInterval?.nanos],
    [2n, 500_000_000],
  );
  assert.deepEqual([policy.sendAllClusters, policy.reportEndpointGranularity], [false, true]);
  reporter.send({ clusterStats: [{ clusterName: "n-c", totalDroppedRequests: 3n }] });
  assert.deepEqual(await promise, ["n", "n-c", 3n, 1, "127.0.0.1"]);
});

it("a first message that says who the client is, is no report", async (t) => {
  const reports: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { client } = await start(t, {
    onLoadReport: (_node, stats) => {
      reports.push(stats.length);
      resolve();
    },
  });
  const reporter = new Reporter(client);
  reporter.send({ node: { id: "n" } });
  assert.equal((await reporter.policy()).sendAllClusters, true);
  reporter.send({ clusterStats: [] });
  await promise;
  assert.deepEqual(reports, [0]);
});

it("clients are told when their policy changes, and only then", async (t) => {
  let ms = 1000;
  const { loads, client } = await start(t, {
    policy: ({ id }) => ({ intervalMs: id === "one" ? ms : 7000, clusters: "all" }),
  });
  const one = new Reporter(client);
  const other = new Reporter(client);
  one.send({ node: { id: "one" } });
  other.send({ node: { id: "other" } });
  assert.equal((await one.policy()).loadReportingInterval?.seconds, 1n);
  await other.policy();
  loads.policyChanged();
  ms = 2000;
  loads.policyChanged();
  assert.equal((await one.policy()).loadReportingInterval?.seconds, 2n);
  ms = 3000;
  const next = one.policy();
  const ended = other.status();
  loads.policyChanged();
  assert.equal((await next).loadReportingInterval?.seconds, 3n);
  other.leave();
  assert.equal(await ended, STATUS.OK);
  assert.equal(other.policies, 1);
});

it("a list for grpc-js begins with a name that it may skip", async (t) => {
  const policy = { intervalMs: 1000, clusters: ["a", "b"] };
  const { client } = await start(t, { policy: () => policy });
  const reporter = new Reporter(client);
  reporter.send({ node: { userAgentName: "gRPC Node Pure JS" } });
  assert.deepEqual((await reporter.policy()).clusters, ["", "a", "b"]);
});

it("reports wait for the one before them", async (t) => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const seen: string[] = [];
  const { promise: isDone, resolve: done } = Promise.withResolvers<void>();
  const { client } = await start(t, {
    onLoadReport: async (_node, [cluster]) => {
      seen.push(`${cluster?.clusterName} in`);
      await gates[seen.length === 1 ? 0 : 1]?.promise;
      seen.push(`${cluster?.clusterName} out`);
      if (seen.length === 4) done();
    },
  });
  const reporter = new Reporter(client);
  reporter.send({ node: { id: "n" }, clusterStats: [{ clusterName: "1" }] });
  reporter.send({ clusterStats: [{ clusterName: "2" }] });
  await reporter.policy();
  gates[1]?.resolve();
  gates[0]?.resolve();
  await isDone;
  assert.deepEqual(seen, ["1 in", "1 out", "2 in", "2 out"]);
});

it("what throws, what is malformed and what is too much ends its own stream", async (t) => {
  const { client, loads } = await start(t, {
    limits: { maxReportsPerSecond: 0.1, maxClusters: 1, maxNameLength: 5 },
    policy: ({ id }) => {
      if (id === "bad") throw new GrpcError(STATUS.PERMISSION_DENIED, "not you");
      return ALL;
    },
  });
  const stays = new Reporter(client);
  stays.send({ node: { id: "n" } });
  await stays.policy();
  const refused = async (act: (reporter: Reporter) => void): Promise<number> => {
    const reporter = new Reporter(client);
    act(reporter);
    return reporter.status();
  };
  assert.equal(await refused((it) => it.send({ node: { id: "bad" } })), STATUS.PERMISSION_DENIED);
  assert.equal(await refused((it) => it.sendBytes(Buffer.from([0xff]))), STATUS.INVALID_ARGUMENT);
  const twice = { clusterStats: [{ clusterName: "a" }, { clusterName: "b" }] };
  assert.equal(await refused((it) => it.send(twice)), STATUS.RESOURCE_EXHAUSTED);
  for (const long of [{ clusterName: "sixsix" }, { clusterServiceName: "sixsix" }]) {
    const report = { clusterStats: [long] };
    assert.equal(await refused((it) => it.send(report)), STATUS.RESOURCE_EXHAUSTED);
  }
  const flood = await refused((it) => {
    it.send({});
    it.send({});
  });
  assert.equal(flood, STATUS.RESOURCE_EXHAUSTED);
  // The server hears of an end a little after the client.
  while (loads.streamCount > 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(loads.streamCount, 1);
});

it("streams beyond the limit, and beyond the end, are refused", async (t) => {
  const { client, loads } = await start(t, { limits: { maxStreams: 1 } });
  const first = new Reporter(client);
  first.send({});
  await first.policy();
  assert.equal(await new Reporter(client).status(), STATUS.RESOURCE_EXHAUSTED);
  const ended = first.status();
  loads.close();
  assert.equal(await ended, STATUS.UNAVAILABLE);
  assert.equal(await new Reporter(client).status(), STATUS.UNAVAILABLE);
});

it("a client that is done is let go", async (t) => {
  const { client } = await start(t, {});
  const reporter = new Reporter(client);
  reporter.send({});
  await reporter.policy();
  const status = reporter.status();
  reporter.leave();
  assert.equal(await status, STATUS.OK);
});

it("a policy that throws refuses the stream that it is asked for, whose end is told once", async (t) => {
  const policies: string[] = [];
  const ended: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { client } = await start(t, {
    policy: (node, { id, peer }) => {
      policies.push(`${node.id} ${id} ${peer.address}`);
      if (node.id === "stranger") throw new GrpcError(STATUS.PERMISSION_DENIED, "not you");
      return ALL;
    },
    onStreamClose: ({ id }) => {
      ended.push(id);
      if (id === 2) resolve();
      throw new Error("nobody hears of it");
    },
  });
  const stays = new Reporter(client);
  stays.send({ node: { id: "known" } });
  await stays.policy();
  const stranger = new Reporter(client);
  stranger.send({ node: { id: "stranger" }, clusterStats: [{ clusterName: "c" }] });
  assert.equal(await stranger.status(), STATUS.PERMISSION_DENIED);
  await promise;
  assert.deepEqual(ended, [2]);
  assert.deepEqual(policies, ["known 1 127.0.0.1", "stranger 2 127.0.0.1"]);
});

it("clients that come and go do not fill the log with what they cannot do", async (t) => {
  let lines = 0;
  const destination = { write: (line: string) => void (lines += line.split("\n").length - 1) };
  const log = createLog({ level: "warn", destination });
  const { client } = await start(t, { log, clock: new VirtualClock() });
  for (let i = 0; i < 30; i++) {
    const reporter = new Reporter(client);
    reporter.send({ node: { id: "n" } });
    await reporter.policy();
  }
  assert.equal(lines, 10);
});
