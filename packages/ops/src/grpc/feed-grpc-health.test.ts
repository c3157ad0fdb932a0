import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { Client, credentials, status } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { createGrpcServer, Health, Router } from "@signalbox/grpc";
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
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
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

test("Check and Watch follow the registry's checks, and draining at once", async (t) => {
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
  const next = async (): Promise<void> => {
    const [value] = (await once(watch, "data")) as [number];
    if (value !== SERVICE_UNKNOWN) seen.push(value);
    else await next();
  };
  await clock.advance(0);
  await next();
  assert.equal(await check(client, ""), SERVING);
  assert.equal(await check(client, "app.Search"), SERVING);
  await assert.rejects(check(client, "other"), { code: status.NOT_FOUND });

  fault = new Error("down");
  await clock.advance(1000);
  await next();
  assert.equal(await check(client, ""), NOT_SERVING);
  fault = undefined;
  await clock.advance(1000);
  await next();

  registry.startDraining();
  await next();
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
