import type { OperationReply } from "@signalbox/http";
import type { RegionServices } from "../region/region-services.ts";
import { listReply } from "./list-reply.ts";
import type { ReadModel, ResourceSet } from "./resource-set.ts";
import { watchReply } from "./watch-reply.ts";

interface CollectionRequest {
  readonly query: {
    readonly watch?: boolean;
    readonly revision?: number;
    readonly limit?: number;
    readonly cursor?: string;
  };
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal;
}

/** A list once, or with `?watch=true` as it changes. */
export function collectionReply<T>(
  set: ResourceSet<T>,
  read: ReadModel<T>,
  request: CollectionRequest,
  { store }: Pick<RegionServices, "store">,
): OperationReply {
  return request.query.watch === true
    ? watchReply(set, read, request, store)
    : listReply(set, read, request.query, store);
}
