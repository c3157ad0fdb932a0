import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { it } from "node:test";
import { type Random, seededRandom } from "@signalbox/base";
import { loadRegistry } from "@signalbox/envoy-api/json";
import { createGrpcServer, Router } from "@signalbox/grpc";
import { LinearCache } from "../cache/linear-cache.ts";
import { ClientStatusService } from "../client-status/client-status-service.ts";
import { LoadReporting } from "../load-report/load-reporting.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { createRestHandler } from "../rest/rest-handler.ts";
import { heapInUse } from "../testing/heap-in-use.ts";
import { recordClients } from "./testing/recorded-clients.ts";
import { XdsServer } from "./xds-server.ts";

const CONNECTIONS = 100_000;
/** More at a time, and the machine makes them wait a second for a place in its queue. */
const AT_A_TIME = 64;
const SLACK_BYTES = 2 << 20;

/** What an honest client would send, cut, changed, joined to something else, or nothing of it. */
function garbage(random: Random, honest: readonly Buffer[]): Buffer {
  const below = (limit: number): number => Math.floor(random.fraction() * limit);
  const some = (): Buffer => honest[below(honest.length)] ?? Buffer.alloc(0);
  const cut = (bytes: Buffer): Buffer => bytes.subarray(0, below(bytes.length + 1));
  switch (below(5)) {
    case 0:
      return random.bytes(1 + below(200));
    case 1:
      return cut(some());
    case 2:
      return Buffer.concat([cut(some()), random.bytes(below(100))]);
    case 3:
      return Buffer.concat([cut(some()), some().subarray(below(200))]);
    default: {
      const bytes = Buffer.from(some());
      for (let i = 0; i <= below(6); i++) bytes[below(bytes.length)] = below(256);
      return bytes;
    }
  }
}

/** Sends the bytes and leaves, at once, or when the server has said something or nothing. */
function attack(port: number, bytes: Buffer, manner: number): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    if (manner < 0.5) {
      socket.write(bytes, () => setImmediate(() => socket.resetAndDestroy()));
      return;
    }
    const isHalf = manner > 0.9;
    // A reset of a socket that has said its last word is never told to be over.
    const leave = (): void => void (isHalf ? socket.destroy() : socket.resetAndDestroy());
    socket.on("data", leave);
    socket.setTimeout(10, leave);
    if (isHalf) socket.end(bytes);
    else socket.write(bytes);
  });
}

it(`${CONNECTIONS} connections of garbage: no crash, nothing left`, {
  timeout: 500_000,
}, async (t) => {
  const cache = new LinearCache(TYPE_URLS.cluster, { resources: [] });
  const xds = new XdsServer({ cache });
  const loads = new LoadReporting({
    policy: () => ({ intervalMs: 1000, clusters: "all" }),
    onLoadReport: () => {},
  });
  const clientStatus = new ClientStatusService({ xds });
  const services = [...xds.services, ...loads.services, ...clientStatus.services];
  const server = createGrpcServer({
    router: new Router({ services }),
    http1: createRestHandler({ xds, clientStatus, registry: await loadRegistry(), maxHoldMs: 5 }),
  });
  const { port } = await server.listen({ port: 0 });
  t.after(() => server.close());
  const honest = await recordClients(port);
  const random = seededRandom(9);
  const attackAll = async (count: number): Promise<void> => {
    let left = count;
    const attacker = async (): Promise<void> => {
      while (left-- > 0) await attack(port, garbage(random, honest), random.fraction());
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, attacker));
  };
  const isClean = (): boolean =>
    server.connections + server.calls + xds.streamCount + loads.streamCount + cache.leaseCount ===
    0;
  const settled = async (): Promise<number> => {
    while (!isClean()) await new Promise((resolve) => setImmediate(resolve));
    return heapInUse();
  };

  // What is made once, tables of the compiler and of the parser, is there after these.
  await attackAll(CONNECTIONS / 10);
  const before = await settled();
  await attackAll(0.9 * CONNECTIONS);
  const grown = (await settled()) - before;
  t.diagnostic(`${grown} bytes more than before`);
  assert.ok(grown < SLACK_BYTES, `${grown} bytes more than before`);

  // An honest client is served as ever.
  assert.equal((await recordClients(port)).length, honest.length);
  await xds.close();
  loads.close();
});
