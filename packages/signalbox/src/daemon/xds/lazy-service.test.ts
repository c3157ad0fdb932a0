import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { until } from "@signalbox/testing";
import { LoadReportingService } from "@signalbox/envoy-api/envoy/service/load_stats/v3/lrs_pb.js";
import {
  Channel,
  type Client,
  clientOf,
  createGrpcServer,
  type GrpcServer,
  Router,
  serviceOf,
  STATUS,
} from "@signalbox/grpc";
import { lazyService } from "./lazy-service.ts";

interface Stage {
  readonly server: GrpcServer;
  readonly client: Client<typeof LoadReportingService>;
  /** Ends the loading, well or badly. */
  readonly loaded: PromiseWithResolvers<void>;
  /** How many calls the service has got. */
  readonly begun: () => number;
}

/** A service that answers each report with the names of its clusters, once it is loaded. */
async function start(t: TestContext): Promise<Stage> {
  const loaded = Promise.withResolvers<void>();
  let begun = 0;
  const echo = serviceOf(LoadReportingService, {
    streamLoadStats: async function* (requests) {
      begun += 1;
      for await (const { clusterStats } of requests) {
        yield { clusters: clusterStats.map(({ clusterName }) => clusterName) };
      }
    },
  });
  const load = async () => {
    await loaded.promise;
    return { services: [echo] };
  };
  const lazy = lazyService({ name: echo.name, methods: ["StreamLoadStats"], load });
  const server = createGrpcServer({ router: new Router({ services: [lazy] }) });
  const { port } = await server.listen({ port: 0 });
  const channel = new Channel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close(0);
    await server.close();
    assert.equal(server.calls, 0);
  });
  const client = clientOf(LoadReportingService, channel);
  return { server, client, loaded, begun: () => begun };
}

async function* reports(count: number) {
  for (let n = 0; n < count; n++)
    yield await Promise.resolve({ clusterStats: [{ clusterName: `${n}` }] });
}

test("what comes while it loads is handed on in order, and so is what comes later", async (t) => {
  const { server, client, loaded, begun } = await start(t);
  const answers = client.streamLoadStats(reports(50));
  await until(() => server.calls === 1);
  assert.equal(begun(), 0);
  loaded.resolve();
  const names: string[] = [];
  for await (const { clusters } of answers) names.push(...clusters);
  assert.deepEqual(
    names,
    Array.from({ length: 50 }, (_, n) => `${n}`),
  );
});

test("a call that is over before it is loaded is never begun", async (t) => {
  const { server, client, loaded, begun } = await start(t);
  const gone = new AbortController();
  const first = client.streamLoadStats(reports(1), { signal: gone.signal });
  const ended = assert.rejects(first[Symbol.asyncIterator]().next(), { code: STATUS.CANCELLED });
  await until(() => server.calls === 1);
  gone.abort();
  await ended;
  await until(() => server.calls === 0);
  loaded.resolve();
  for await (const { clusters } of client.streamLoadStats(reports(1))) {
    assert.deepEqual(clusters, ["0"]);
  }
  assert.equal(begun(), 1);
});

test("a service that cannot be loaded ends its calls, and says no more than that", async (t) => {
  const { server, client, loaded } = await start(t);
  const answers = client.streamLoadStats(reports(1));
  const ended = assert.rejects(answers[Symbol.asyncIterator]().next(), {
    code: STATUS.INTERNAL,
    message: "an unexpected error",
  });
  await until(() => server.calls === 1);
  loaded.reject(new Error("a path that is nobody's business"));
  await ended;
});
