import type { TestContext } from "node:test";
import { freePort } from "./addresses.ts";
import { dynamicBootstrap, type DynamicBootstrapOptions } from "./bootstrap.ts";
import { whenCaughtUp } from "./caught-up.ts";
import { EchoUpstream } from "./echo-upstream.ts";
import { EnvoyProcess } from "./envoy-process.ts";
import { ManagementServer } from "./management-server.ts";
import { configurationAt, type Scene } from "./scenario.ts";
import type { Variant } from "./variant.ts";

/** A management server, an Envoy of it, and two upstreams behind that. */
export interface Edge {
  readonly server: ManagementServer;
  readonly envoy: EnvoyProcess;
  readonly scene: Scene;
}

export interface EdgeOptions extends Partial<DynamicBootstrapOptions> {
  /** @default a new one, with everything in snapshots */
  readonly server?: ManagementServer;
}

/** Starts all of it; Envoy has applied the first step of the scenario. */
export async function startEdge(
  t: TestContext,
  variant: Variant,
  { server: given, ...options }: EdgeOptions = {},
): Promise<Edge> {
  const server = given ?? (await ManagementServer.start(t));
  const scene = await startScene(t, variant);
  const first = configurationAt(0, scene);
  server.set(first);
  const bootstrap = dynamicBootstrap({
    nodeId: "edge-1",
    variant,
    xdsPort: server.port,
    ...options,
  });
  const envoy = await EnvoyProcess.start(t, bootstrap);
  await envoy.admin.whenLive();
  await whenCaughtUp(envoy.admin, first);
  return { server, envoy, scene };
}

/** Two upstreams that answer `one` and `two`, and a port for the listener. */
export async function startScene(t: TestContext, variant: Variant): Promise<Scene> {
  const one = await EchoUpstream.start(t, "one");
  const two = await EchoUpstream.start(t, "two");
  return { variant, listenerPort: await freePort(), upstreams: [one.port, two.port] };
}
