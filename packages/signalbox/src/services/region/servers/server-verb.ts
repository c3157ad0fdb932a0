import { Problem, type Result } from "@signalbox/base";
import type { Operation, Principal } from "@signalbox/http";
import { requireResource } from "@signalbox/store";
import { SERVER } from "../../../model/kinds.ts";
import type { Server } from "../../../model/server.ts";
import type { RegionServices } from "../region-services.ts";
import { SERVER_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { beingDeleted } from "../../shared/invalid.ts";
import { servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { ACCEPTED } from "../../shared/resource-reply.ts";
import { serverTarget } from "./server-target.ts";

interface Verb {
  readonly id: string;
  /** Last segment of the path. */
  readonly name: string;
  readonly summary: string;
  readonly permission: string;
  /** The server as it is wanted from now on, or why not. The reconciler carries it out. */
  readonly change: (server: Server, services: RegionServices) => Result<Server>;
}

/** A verb on a server: it writes what is wanted, and is refused with 409 or accepted with 202. */
export function serverVerb({
  id,
  name,
  summary,
  permission,
  change,
}: Verb): Operation<RegionServices> {
  return regionOperation({
    id,
    method: "POST",
    path: `/api/v2/servers/{serverID}/${name}`,
    summary,
    tag: "servers",
    permission: servers(permission),
    params: SERVER_PATH,
    responses: answers(202, "It will be done.", undefined, 409),
    target: serverTarget,
    handler: async ({ target, principal, signal }, services) => {
      await services.store.transact(
        (tx) => {
          const { value } = requireResource(tx, SERVER, target.id);
          if (value.metadata.deletedAt !== undefined) throw beingDeleted("server");
          const changed = change(value, services);
          if (!changed.ok) throw new Problem("conflict", changed.error);
          if (changed.value === value) return;
          tx.update(SERVER, target.id, modifiedBy(changed.value, principal, services));
        },
        { signal },
      );
      return ACCEPTED;
    },
  });
}

function modifiedBy(server: Server, { subject }: Principal, { clock }: RegionServices): Server {
  const modifiedAt = new Date(clock.now()).toISOString();
  return { ...server, metadata: { ...server.metadata, modifiedAt, modifiedBy: subject } };
}
