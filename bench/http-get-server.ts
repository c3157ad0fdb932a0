// One side of the http-get bench, in a process of its own: `pipeline` serves the resource through
// every row, `bare` answers the same bytes from a Fastify route. Sends its parent the port, and
// the CPU time that it has used whenever it is asked.
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createLog, type Metrics, type MetricSpec } from "@signalbox/base";
import {
  type AccessList,
  createHttpServer,
  defineOperation,
  type Permission,
  type Principal,
} from "@signalbox/http";
import { fastify } from "fastify";
import { Type } from "typebox";
import { BENCH_BODY, BENCH_PATH, BENCH_TOKEN } from "./http-get-sample.ts";

const permission: Permission = { endpoint: "bench:servers", verb: "read", scope: "project" };
const { organizationId, projectId, id } = BENCH_BODY.metadata;

const getServer = defineOperation({
  id: "getServer",
  method: "GET",
  path: "/api/v2/servers/{serverID}",
  summary: "Reads a server",
  tag: "servers",
  permission,
  params: Type.Object({ serverID: Type.String({ format: "uuid" }) }),
  responses: { 200: { description: "The server", schema: Type.Unknown() } },
  target: ({ params }, servers: ReadonlyMap<string, typeof BENCH_BODY>) => {
    const object = servers.get(params.serverID);
    return object && { object, tenancy: { organizationId, projectId }, type: "server", id };
  },
  handler: ({ target }) => ({ status: 200, body: target, headers: { etag: '"7"' } }),
});

const access: AccessList = {
  global: new Set(),
  organizations: new Map([
    [
      organizationId,
      {
        grants: new Set<string>(),
        projects: new Map([[projectId, new Set(["bench:servers:read"])]]),
      },
    ],
  ]),
};
const principal: Principal = {
  subject: "bench",
  kind: "user",
  actor: "bench",
  organizationIds: [organizationId],
  access,
};
const digest = (token: string): string => createHash("sha256").update(token).digest("hex");
const tokens = new Map([[digest(BENCH_TOKEN), principal]]);

/** Sums by label values, about as much work as a real registry has. */
function summingMetrics(): Metrics {
  const sums = new Map<string, number>();
  const add = (spec: MetricSpec, labels: Readonly<Record<string, string>>, by: number): void => {
    const key = `${spec.name}${JSON.stringify(labels)}`;
    sums.set(key, (sums.get(key) ?? 0) + by);
  };
  return {
    counter: (spec) => ({ add: (labels = {}, by = 1) => add(spec, labels, by) }),
    gauge: (spec) => ({ set: (value) => void sums.set(spec.name, value) }),
    histogram: (spec) => ({ observe: (value, labels = {}) => add(spec, labels, value) }),
    sampled: () => {},
  };
}

async function servePipeline(): Promise<number> {
  const unlimited = { perSecond: 1e9, burst: 1e9 };
  const server = createHttpServer({
    operations: [getServer],
    services: new Map([[id, BENCH_BODY]]),
    authenticator: {
      authenticate: async ({ authorization = "" }) => {
        const known = tokens.get(digest(authorization.slice("Bearer ".length)));
        if (known === undefined) throw new Error("the bench sends another token");
        return known;
      },
    },
    log: createLog(),
    metrics: summingMetrics(),
    limits: { addressRate: unlimited, callerRate: unlimited },
  });
  return (await server.listen({ host: "127.0.0.1", port: 0 })).port;
}

async function serveBare(): Promise<number> {
  const app = fastify();
  app.get(BENCH_PATH, (_request, reply) => {
    void reply.header("content-type", "application/json").send(JSON.stringify(BENCH_BODY));
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  return (app.server.address() as AddressInfo).port;
}

const port = process.argv[2] === "bare" ? await serveBare() : await servePipeline();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.send?.(port);
