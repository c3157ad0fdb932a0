import { assertIfMatch, type OperationReply, type Principal } from "@signalbox/http";
import type { Kind, Transaction } from "@signalbox/store";
import type { Described } from "../../../model/metadata.ts";
import type { RegionServices } from "../region-services.ts";
import { ACCEPTED } from "../../shared/resource-reply.ts";
import { deletedMetadata } from "../../shared/written-metadata.ts";

interface DeleteRequest {
  readonly target: { readonly id: string };
  readonly principal: Principal;
  readonly ifMatch: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Writes down that the target is to go; its reconciler takes it away. What is gone, or on its way,
 * is as the caller wants it.
 *
 * @param prepare checks what stands in the way, and marks what goes with it; throws to refuse
 * @throws Problem `precondition_failed`
 */
export async function storeDeletion<T extends Described>(
  kind: Kind<T>,
  { target, principal, ifMatch, signal }: DeleteRequest,
  services: Pick<RegionServices, "store" | "clock">,
  prepare: (present: T, tx: Transaction) => void = () => {},
): Promise<OperationReply> {
  await services.store.transact(
    (tx) => {
      const present = tx.get(kind, target.id);
      if (present === undefined || present.value.metadata.deletedAt !== undefined) return;
      assertIfMatch(ifMatch, present.revision);
      prepare(present.value, tx);
      const metadata = deletedMetadata(present.value.metadata, principal, services);
      tx.update(kind, target.id, { ...present.value, metadata });
    },
    { signal },
  );
  return ACCEPTED;
}
