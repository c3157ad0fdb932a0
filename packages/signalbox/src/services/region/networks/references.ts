import { requireResource } from "@signalbox/store";
import { NETWORK } from "../../../model/kinds.ts";
import { parseReference } from "../../../model/reference.ts";
import { NETWORK_REFERENCE_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { beingDeleted, valid } from "../../shared/invalid.ts";
import { networkReferences, networks } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { networkTarget } from "./network-target.ts";

const path = "/api/v2/networks/{networkID}/references/{reference}";

/** Keeps a network from being deleted; doing it again changes nothing. */
export const addNetworkReference = regionOperation({
  id: "addNetworkReference",
  method: "PUT",
  path,
  summary: "Block the deletion of a network",
  tag: "networks",
  permission: networkReferences("create"),
  readPermission: networks("read"),
  params: NETWORK_REFERENCE_PATH,
  responses: answers(201, "The reference is there.", undefined, 409),
  target: networkTarget,
  handler: async ({ target, params, signal }, services) => {
    const reference = valid(parseReference(params.reference), "/path/reference");
    await services.store.transact(
      (tx) => {
        const { value } = requireResource(tx, NETWORK, target.id);
        if (value.references.includes(reference)) return;
        if (value.metadata.deletedAt !== undefined) throw beingDeleted("network");
        tx.update(NETWORK, target.id, {
          ...value,
          references: [...value.references, reference].sort(),
        });
      },
      { signal },
    );
    return { status: 201 };
  },
});

/** Takes a reference away; one that is not there is as good as gone. */
export const removeNetworkReference = regionOperation({
  id: "removeNetworkReference",
  method: "DELETE",
  path,
  summary: "Unblock the deletion of a network",
  tag: "networks",
  permission: networkReferences("delete"),
  readPermission: networks("read"),
  params: NETWORK_REFERENCE_PATH,
  responses: answers(204, "The reference is not there."),
  target: networkTarget,
  handler: async ({ target, params, signal }, services) => {
    const reference = valid(parseReference(params.reference), "/path/reference");
    await services.store.transact(
      (tx) => {
        const present = tx.get(NETWORK, target.id);
        if (present === undefined || !present.value.references.includes(reference)) return;
        const references = present.value.references.filter((other) => other !== reference);
        tx.update(NETWORK, target.id, { ...present.value, references });
      },
      { signal },
    );
    return { status: 204 };
  },
});
