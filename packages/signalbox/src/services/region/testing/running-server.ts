import type { Scope } from "@signalbox/testing";
import type { Rig } from "../../../reconcilers/testing/rig.ts";
import { type Api, at, expectStatus, startApiWithMachines } from "./api.ts";
import { createNetwork, createServer, FLAVOR_ID } from "./bodies.ts";

export type Machines = Api & { readonly rig: Rig };

/** What GET answers. */
export async function show(api: Api, path: string): Promise<unknown> {
  return expectStatus(await api.call("GET", path), 200);
}

/** Lets the reconcilers work until the resource shows this. */
export async function until(
  api: Machines,
  path: string,
  member: string,
  value: string,
): Promise<void> {
  await api.rig.until(`${member} is ${value}`, async () => {
    return at(await show(api, path), member) === value;
  });
}

/** The service with one server, `web`, that runs; `path` is the server's. */
export async function runningServer(
  t: Scope,
  spec: object = {},
): Promise<Machines & { readonly path: string }> {
  const api = await startApiWithMachines(t);
  return { ...api, path: await runServer(api, spec) };
}

/** Creates the server `web` in a network of its own, and answers its path once it runs. */
export async function runServer(api: Machines, spec: object = {}): Promise<string> {
  const networkId = await createNetwork(api);
  const path = `/api/v2/servers/${await createServer(api, networkId, spec)}`;
  await until(api, path, "status.powerState", "Running");
  await until(api, path, "metadata.provisioningStatus", "provisioned");
  return path;
}

/** An update of `web` that asks for another image, or for the same one again. */
export const replaceImage = (imageId: string) => ({
  body: { metadata: { name: "web" }, spec: { flavorId: FLAVOR_ID, imageId } },
});
