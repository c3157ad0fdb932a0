import type { AddressedObject } from "@signalbox/http";
import type { Kind, Reader, Resource } from "@signalbox/store";
import type { ProjectResource } from "../../model/metadata.ts";

/**
 * The resource that a path names, with its owner. Objects of the v1 API do not exist here
 * (compute-api §1.3, the version gate).
 */
export function addressed<T extends ProjectResource>(
  reader: Reader,
  kind: Kind<T>,
  id: string,
  type: string,
): AddressedObject<Resource<T>> | undefined {
  const object = reader.get(kind, id);
  if (object === undefined || object.value.metadata.apiVersion !== 2) return undefined;
  const { organizationId, projectId } = object.value.metadata;
  return { object, tenancy: { organizationId, projectId }, type, id };
}
