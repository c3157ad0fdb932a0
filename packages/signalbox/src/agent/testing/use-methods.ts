import type { TestContext } from "node:test";
import { until } from "@signalbox/testing";
import {
  Channel,
  type Client,
  clientOf,
  createGrpcServer,
  Router,
  serviceOf,
} from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { MachineMethods } from "../machine-methods.ts";

/** A client of these methods, over a socket and without TLS. Nothing may be left when the test is over. */
export async function useMethods(
  t: TestContext,
  methods: MachineMethods,
): Promise<Client<typeof MachineService>> {
  const router = new Router({ services: [serviceOf(MachineService, methods)] });
  const server = createGrpcServer({ router });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const channel = new Channel(`127.0.0.1:${port}`);
  t.after(async () => {
    channel.destroy();
    await server.drain(0);
    await until(() => server.calls + server.connections + server.timers === 0);
  });
  return clientOf(MachineService, channel);
}
