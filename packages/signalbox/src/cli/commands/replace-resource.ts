import { Problem } from "@signalbox/base";
import type { Session } from "../client/session.ts";
import { metadataBody, type MetadataFlags } from "../options.ts";
import { isApiResource } from "../resources/api-resource.ts";
import type { ResourceType } from "../resources/resource-type.ts";

/**
 * Changes part of a resource. The API replaces the whole desired state, so the present one is
 * read, what the flags say is laid over it, and the write is refused when somebody else was
 * faster (`If-Match`).
 *
 * @throws Problem `precondition_failed` when the resource changed in between, `invalid_request`
 *   when the flags ask for no change
 */
export async function replaceResource(
  session: Session,
  type: ResourceType,
  id: string,
  flags: MetadataFlags,
  spec: object,
): Promise<unknown> {
  if (![...Object.keys(spec), flags.description, flags.tag].some((part) => part !== undefined)) {
    throw new Problem("invalid_request", "nothing to change: give what shall be other (--help)");
  }
  const path = `${type.collection(session)}/${encodeURIComponent(id)}`;
  const present = await session.client.call("GET", path);
  if (!isApiResource(present.body)) throw new Problem("internal", `${path} is not a resource`);
  const { metadata, spec: before } = present.body;
  const kept = {
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
    ...(metadata.tags === undefined ? {} : { tags: metadata.tags }),
  };
  const answer = await session.client.call("PUT", path, {
    ifMatch: present.etag,
    body: {
      metadata: { ...kept, ...metadataBody(metadata.name, flags) },
      spec: { ...before, ...spec },
    },
  });
  return answer.body;
}
