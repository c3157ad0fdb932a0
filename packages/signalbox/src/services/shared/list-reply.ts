import { encodeCursor, type OperationReply, pageRequest } from "@signalbox/http";
import type { Reader } from "@signalbox/store";
import { readModels } from "./read-models.ts";
import type { ReadModel, ResourceSet } from "./resource-set.ts";

interface PagedQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * A list as a plain array in the stable order of ids, whole or by pages (compute-api §4.12). The
 * header says which revision it shows, which is where a watch can go on.
 *
 * @throws Problem `invalid_request` for a cursor that is none
 */
export function listReply<T>(
  set: ResourceSet<T>,
  read: ReadModel<T>,
  query: PagedQuery,
  store: Reader,
): OperationReply {
  const { limit, after } = pageRequest(query);
  const page = store.list(set.kind, {
    filter: (resource) => set.filter(resource.value),
    ...(set.index === undefined ? {} : { index: set.index }),
    ...(limit === undefined ? {} : { limit }),
    ...(after === undefined ? {} : { after }),
  });
  return {
    status: 200,
    items: readModels(page.items, read),
    headers: { "resource-revision": String(page.revision) },
    nextCursor: page.next === undefined ? undefined : encodeCursor(page.next),
  };
}
