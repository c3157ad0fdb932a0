import { isDeepStrictEqual } from "node:util";
import { assertIfMatch, type Principal } from "@signalbox/http";
import { type Kind, requireResource, type Resource, type Transaction } from "@signalbox/store";
import type { Metadata } from "../../../model/metadata.ts";
import type { RegionServices } from "../region-services.ts";
import { type MetadataWrite, updatedMetadata } from "../../shared/written-metadata.ts";

interface Updatable {
  readonly metadata: Metadata;
  readonly spec: unknown;
}

interface UpdateRequest {
  readonly target: { readonly id: string };
  readonly body: { readonly metadata: MetadataWrite };
  readonly principal: Principal;
  readonly ifMatch: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Replaces the desired state and the metadata of the target. A spec that comes out equal gives the
 * reconciler nothing to do, so its generation stays.
 *
 * @param specOf the new spec, checked against the state that it is committed to; throws to refuse
 * @throws Problem `not_found`, `precondition_failed`
 */
export async function storeUpdate<T extends Updatable>(
  kind: Kind<T>,
  { target, body, principal, ifMatch, signal }: UpdateRequest,
  services: Pick<RegionServices, "store" | "clock">,
  specOf: (present: T, tx: Transaction) => T["spec"],
): Promise<Resource<T>> {
  const { result } = await services.store.transact(
    (tx) => {
      const { value, revision } = requireResource(tx, kind, target.id);
      assertIfMatch(ifMatch, revision);
      const spec = specOf(value, tx);
      const isNew = !isDeepStrictEqual(spec, value.spec);
      const metadata = updatedMetadata(value.metadata, body.metadata, isNew, principal, services);
      tx.update(kind, target.id, { ...value, metadata, spec });
      return requireResource(tx, kind, target.id);
    },
    { signal },
  );
  return result;
}
