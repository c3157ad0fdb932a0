import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Client, credentials, status } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { createGrpcServer, Health, Router } from "@signalbox/grpc";
import { OWN_CONNECTIONS, until } from "@signalbox/testing";
import { HealthRegistry } from "../health/health-registry.ts";
import { feedGrpcHealth } from "./feed-grpc-health.ts";

const [SERVING, NOT_SERVING, SERVICE_UNKNOWN] = [1, 2, 3];

/** A message with one text, and one with one number, both in field 1. */
const request = (service: string): Buffer =>
  Buffer.from([...(service === "" ? [] : [0x0a, service.length]), ...Buffer.from(service)]);
const statusOf = (bytes: Buffer): number => bytes[1] ?? 0;

async function useClient(t: TestContext, health: Health): Promise<Client> {
  const server = createGrpcServer({ router: new Router({ services: [health.service] }) });
  const { port } = await server.listen({ port: 0 });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), OWN_CONNECTIONS);
  t.after(async () => {
    client.close();
    await server.close();
  });
  return client;
}

const check = (client: Client, service: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const path = "/grpc.health.v1.Health/Check";
    client.makeUnaryRequest(path, request, statusOf, service, (error, answer) => {
      if (error === null) resolve(answer ?? 0);
      else reject(error);
    });
  });

/** Services and their statuses as List answers them. */
async function list(client: Client): Promise<Readonly<Record<string, number>>> {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const path = "/grpc.health.v1.Health/List";
    const raw = (answer: Buffer): Buffer => answer;
    client.makeUnaryRequest(path, request, raw, "", (error, answer) => {
      if (error === null) resolve(answer ?? Buffer.alloc(0));
      else reject(error);
    });
  });
  const statuses: Record<string, number> = {};
  // Each entry: 0x0a LENGTH { 0x0a LENGTH name, 0x12 LENGTH { 0x08 status } }
  for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    const nameLength = bytes[at + 3] ?? 0;
    const name = bytes.subarray(at + 4, at + 4 + nameLength).toString();
    statuses[name] = bytes[at + 4 + nameLength + 3] ?? 0;
  }
  return statuses;
}

test("Check, List and Watch follow the registry's checks, and draining at once", async (t) => {
  const clock = new VirtualClock();
  const registry = new HealthRegistry(clock);
  let fault: Error | undefined;
  registry.register({
    name: "db",
    cacheMs: 0,
    run: () => {
      if (fault !== undefined) throw fault;
    },
  });
  registry.register({
    name: "cache",
    severity: "degraded",
    run: () => Promise.reject(new Error("cold")),
  });
  const health = new Health();
  const client = await useClient(t, health);
  const services = { "app.Orders": ["db"], "app.Search": ["cache", "never registered"] };
  const fed = feedGrpcHealth(registry, health, { clock, services, intervalMs: 1000 });

  const seen: number[] = [];
  const watch = client.makeServerStreamRequest(
    "/grpc.health.v1.Health/Watch",
    request,
    statusOf,
    "app.Orders",
  );
  watch.on("error", () => {});
  // All the time: while nobody listens, the stream would throw away what comes.
  watch.on("data", (value: number) => {
    if (value !== SERVICE_UNKNOWN) seen.push(value);
  });
  await clock.advance(0);
  await until(() => seen.length === 1);
  assert.equal(await check(client, ""), SERVING);
  assert.equal(await check(client, "app.Search"), SERVING);
  await assert.rejects(check(client, "other"), { code: status.NOT_FOUND });
  const served = { "": SERVING, "app.Orders": SERVING, "app.Search": SERVING };
  assert.deepEqual(await list(client), served);

  fault = new Error("down");
  await clock.advance(1000);
  await until(() => seen.length === 2);
  assert.equal(await check(client, ""), NOT_SERVING);
  assert.deepEqual(await list(client), { ...served, "": NOT_SERVING, "app.Orders": NOT_SERVING });
  fault = undefined;
  await clock.advance(1000);
  await until(() => seen.length === 3);

  registry.startDraining();
  await until(() => seen.length === 4);
  assert.deepEqual(seen, [SERVING, NOT_SERVING, SERVING, NOT_SERVING]);
  assert.equal(await check(client, "app.Search"), NOT_SERVING);
  await fed;
  assert.equal(clock.pending, 0);
  watch.cancel();
});

test("the feeding ends with its signal, and leaves no timer behind", async () => {
  const clock = new VirtualClock();
  const leave = new AbortController();
  const fed = feedGrpcHealth(new HealthRegistry(clock), new Health(), {
    clock,
    signal: leave.signal,
  });
  await clock.advance(5000);
  leave.abort();
  await fed;
  assert.equal(clock.pending, 0);
});
