import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Clock, silentLog, systemRandom } from "@signalbox/base";
import {
  Channel,
  type Client,
  clientOf,
  createGrpcServer,
  Router,
  serviceOf,
} from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import { MachineLife, type MachineLifeOptions } from "../machine-life.ts";
import { parseServices } from "../supervisor/parse-services.ts";
import { hastyClock } from "./hasty-clock.ts";
import { until } from "./until.ts";

export interface LifeRig {
  readonly life: MachineLife;
  readonly client: Client<typeof MachineService>;
}

export interface LifeRigOptions extends Omit<MachineLifeOptions, "services"> {
  /** As in the configuration file. */
  readonly services?: readonly unknown[];
  readonly clock?: Clock;
}

/** What a machine's life answers to a client, over a socket and without TLS. */
export async function useLife(t: TestContext, options: LifeRigOptions = {}): Promise<LifeRig> {
  const { services = [], clock = hastyClock, ...rest } = options;
  const specs = parseServices(services);
  assert.ok(specs.ok, JSON.stringify(specs));
  const roots = { proc: "/proc", sys: "/sys", root: "/" };
  const deps = { clock, random: systemRandom, log: silentLog, roots };
  const life = new MachineLife(deps, { ...rest, services: specs.value });
  const router = new Router({ services: [serviceOf(MachineService, life.methods)] });
  const server = createGrpcServer({ router });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const channel = new Channel(`127.0.0.1:${port}`);
  t.after(async () => {
    await life.stop();
    channel.destroy();
    await server.drain(0);
    await until(() => server.calls + server.connections + server.timers === 0);
  });
  return { life, client: clientOf(MachineService, channel) };
}
