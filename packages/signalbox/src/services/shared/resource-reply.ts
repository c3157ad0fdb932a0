import { etagOf, type OperationReply } from "@signalbox/http";
import type { Resource } from "@signalbox/store";
import type { ProjectResource } from "../../model/metadata.ts";

/** One resource, with the tag that a conditional write names. */
export function resourceReply<T>(
  status: 200 | 201 | 202,
  resource: Resource<T>,
  read: (resource: Resource<T>) => unknown,
): OperationReply {
  return { status, body: read(resource), headers: { etag: etagOf(resource.revision) } };
}

/** What a create answers; the audit record needs to know what was made and whose it is. */
export function createdReply<T extends ProjectResource>(
  type: string,
  resource: Resource<T>,
  read: (resource: Resource<T>) => unknown,
): OperationReply {
  const { organizationId, projectId } = resource.value.metadata;
  return {
    ...resourceReply(201, resource, read),
    audited: { type, id: resource.id, tenancy: { organizationId, projectId } },
  };
}

/** What was asked for is written down; the reconcilers do it. */
export const ACCEPTED: OperationReply = Object.freeze({ status: 202 });
