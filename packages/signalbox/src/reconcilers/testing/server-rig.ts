import type { TestContext } from "node:test";
import { type Condition, findCondition } from "../../model/condition.ts";
import { IMAGE, NETWORK, SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import type { ServerRef } from "../../providers/provider.ts";
import {
  image,
  network,
  OTHER_IMAGE_ID,
  server,
  SERVER_ID,
  type ServerFields,
} from "./fixtures.ts";
import { type Rig, type RigOptions, startRig } from "./rig.ts";

/** A rig with one server, `SERVER_ID`, and all that it refers to. */
export async function withServer(
  t: TestContext,
  fields: ServerFields = {},
  options: RigOptions = {},
): Promise<Rig> {
  const rig = await startRig(t, options);
  await rig.put(NETWORK, network());
  await rig.put(IMAGE, image());
  await rig.put(IMAGE, image(OTHER_IMAGE_ID));
  await rig.put(SERVER, server(SERVER_ID, fields));
  return rig;
}

/** The same, once its guest runs. */
export async function withRunningServer(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  const rig = await withServer(t, {}, options);
  await rig.until("it runs", isIn(rig, "Running"));
  return rig;
}

export function isIn(rig: Rig, state: Server["status"]["powerState"]): () => boolean {
  return () => rig.server(SERVER_ID).status.powerState === state;
}

export function reason(
  stored: Server,
  type: Condition["type"] = "Available",
): Condition["reason"] | undefined {
  return findCondition(stored.metadata.conditions, type)?.reason;
}

export function ref(stored: Server): ServerRef {
  return { id: stored.metadata.id, incarnation: stored.incarnation };
}

// What the API writes.

export function wanted(power: Server["power"]): (stored: Server) => Server {
  return (stored) => ({ ...stored, power });
}

export function withImage(imageId: string): (stored: Server) => Server {
  return ({ metadata, spec, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, generation: metadata.generation + 1 },
    spec: { ...spec, imageId },
  });
}
