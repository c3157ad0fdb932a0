import { encodeCursor, type OperationReply, pageRequest } from "@signalbox/http";
import type { Reader, Resource } from "@signalbox/store";
import type { Image } from "../../../model/image.ts";
import { readModels } from "../../shared/read-models.ts";
import type { ResourceSet } from "../../shared/resource-set.ts";
import { imageReadModel } from "./image-read-model.ts";

/** Images come by name, and by id where names are equal (compute-api §2). */
export function imageListReply(
  set: ResourceSet<Image>,
  query: { readonly limit?: number; readonly cursor?: string },
  store: Reader,
): OperationReply {
  const { limit, after } = pageRequest(query);
  const { items, revision } = store.list(set.kind, {
    filter: (resource) => set.filter(resource.value),
    ...(set.index === undefined ? {} : { index: set.index }),
  });
  const sorted = items
    .map((resource) => ({ resource, position: positionOf(resource) }))
    .filter(({ position }) => after === undefined || position > after)
    .sort((a, b) => (a.position < b.position ? -1 : 1));
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  return {
    status: 200,
    items: readModels(
      page.map(({ resource }) => resource),
      imageReadModel,
    ),
    headers: { "resource-revision": String(revision) },
    nextCursor:
      page.length < sorted.length && last !== undefined ? encodeCursor(last.position) : undefined,
  };
}

/** A name has no space, so no name sorts between another one and its ids. */
function positionOf({ value, id }: Resource<Image>): string {
  return `${value.metadata.name} ${id}`;
}
