import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog, type Labels, type Metrics, Problem } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { GrpcError } from "../grpc-error.ts";
import { STATUS } from "../status.ts";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { echo } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import { Router } from "./router.ts";

function counting(): { metrics: Metrics; samples: Map<string, number> } {
  const samples = new Map<string, number>();
  const key = (name: string, labels: Labels = {}): string =>
    [name, ...Object.values(labels)].join(" ");
  const metrics: Metrics = {
    counter: ({ name }) => ({
      add: (labels, by = 1) => {
        samples.set(key(name, labels), (samples.get(key(name, labels)) ?? 0) + by);
      },
    }),
    gauge: ({ name }) => ({ set: (value, labels) => void samples.set(key(name, labels), value) }),
    histogram: ({ name }) => ({
      observe: (_value, labels) => {
        samples.set(key(name, labels), (samples.get(key(name, labels)) ?? 0) + 1);
      },
    }),
    sampled: () => {},
  };
  return { metrics, samples };
}

test("calls are counted under the names of routes, never under a client's", async (t) => {
  const { metrics, samples } = counting();
  const router = new Router({
    services: [{ name: "t.T", methods: { Echo: echo } }],
    unknown: echo,
  });
  const { address, server } = await useServer(t, { router, metrics });
  const client = useGrpcJs(t, address);
  await client.unary("/t.T/Echo", "x");
  await client.unary("/any.Thing/AtAll", "x");
  await client.unary("/any.Thing/Else", "x");
  await until(() => server.calls === 0);
  const counted = Object.fromEntries(samples);
  assert.deepEqual(counted, {
    grpc_server_connections: 1,
    "grpc_server_started_total t.T Echo": 1,
    "grpc_server_started_total unknown unknown": 2,
    "grpc_server_handled_total t.T Echo OK finished": 1,
    "grpc_server_handled_total unknown unknown OK finished": 2,
    "grpc_server_handling_seconds t.T Echo": 1,
    "grpc_server_handling_seconds unknown unknown": 2,
  });
});

test("refusals are counted", async (t) => {
  const { metrics, samples } = counting();
  const { address } = await useServer(t, { router: new Router({}), metrics });
  await useGrpcJs(t, address).unary("/t.T/Echo", "x");
  assert.equal(samples.get("grpc_server_refused_total unimplemented"), 1);
});

test("the log has the cause of an unexpected error, and of no other", async (t) => {
  const lines: string[] = [];
  const log = createLog({ destination: { write: (line: string) => void lines.push(line) } });
  const throwing = (error: Error) => () => {
    throw error;
  };
  const router = new Router({
    services: [
      {
        name: "t.T",
        methods: {
          Plain: throwing(new Error("the cause")),
          Grpc: throwing(new GrpcError(STATUS.NOT_FOUND, "expected")),
          Problem: throwing(new Problem("conflict", "expected")),
        },
      },
    ],
  });
  const { address } = await useServer(t, { router, log });
  const client = useGrpcJs(t, address);
  const codes: (number | undefined)[] = [];
  for (const method of ["Plain", "Grpc", "Problem"]) {
    codes.push((await client.unary(`/t.T/${method}`, "")).error?.code);
  }
  assert.deepEqual(codes, [13, 5, 10]);
  assert.equal(lines.length, 1);
  const line = JSON.parse(lines[0] ?? "");
  assert.equal(line.err.message, "the cause");
  assert.equal(line.method, "Plain");
});
