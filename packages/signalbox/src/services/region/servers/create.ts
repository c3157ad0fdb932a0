import { Problem } from "@signalbox/base";
import { requireResource } from "@signalbox/store";
import { NETWORK, SERVER } from "../../../model/kinds.ts";
import { FINALIZER } from "../../../model/metadata.ts";
import { serverId } from "../../../model/server-id.ts";
import { SERVER_CREATE, SERVER_READ } from "../schemas/server-schema.ts";
import { addressed } from "../../shared/addressed.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { networks, servers } from "../shared/permissions.ts";
import { assertProjectExists } from "../../shared/project-exists.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { createdReply } from "../../shared/resource-reply.ts";
import { createdMetadata } from "../../shared/written-metadata.ts";
import { evaluateCreate } from "./evaluate-create.ts";
import { serverReadModel } from "./server-read-model.ts";

const permission = servers("create");

/**
 * The order is that of compute-api §3.1. Everything that is looked up is looked up in the
 * transaction that stores the server, so nothing it refers to can go in between.
 */
export const createServer = regionOperation({
  id: "createServer",
  method: "POST",
  path: "/api/v2/servers",
  summary: "Create a server on a network",
  description:
    "Its name is unique on the network and its id follows from both, so a repeated create is 409.",
  tag: "servers",
  permission,
  readPermission: networks("read"),
  body: SERVER_CREATE,
  responses: answers(201, "The server.", SERVER_READ, 409, 422, ...WITH_BODY),
  target: ({ body }, { store }) => addressed(store, NETWORK, body.spec.networkId, "networks"),
  handler: async ({ target, body, principal, signal }, services) => {
    const { organizationId, projectId } = target.value.metadata;
    assertProjectExists(principal, permission, { organizationId, projectId }, services.catalogue);
    const id = serverId(target.id, body.metadata.name);
    const metadata = {
      ...createdMetadata(body.metadata, { id, finalizers: [FINALIZER] }, principal, services),
      organizationId,
      projectId,
    };
    const incarnation = services.random.uuid();
    const { result } = await services.store.transact(
      (tx) => {
        const { network, spec } = evaluateCreate(tx, body.spec, principal, services);
        if (tx.get(SERVER, id) !== undefined) throw nameTaken(body.metadata.name);
        tx.create(SERVER, id, {
          metadata,
          regionId: network.regionId,
          networkId: target.id,
          incarnation,
          spec,
          power: { desired: "running" },
          status: { createFailures: 0 },
        });
        return requireResource(tx, SERVER, id);
      },
      { signal },
    );
    return createdReply("servers", result, serverReadModel);
  },
});

function nameTaken(name: string): Problem {
  return new Problem(
    "already_exists",
    `the network has a server named ${name}, or one that is still being deleted`,
    { faults: [{ pointer: "/metadata/name", detail: "is taken on this network" }] },
  );
}
