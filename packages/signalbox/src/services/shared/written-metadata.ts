import type { Principal } from "@signalbox/http";
import type { Static } from "typebox";
import type { Metadata } from "../../model/metadata.ts";
import { writtenTags } from "../../model/tags.ts";
import type { RegionServices } from "../region/region-services.ts";
import type { METADATA_WRITE } from "../region/schemas/metadata-schema.ts";
import { feasible } from "./invalid.ts";

export type MetadataWrite = Static<typeof METADATA_WRITE>;

interface NewResource {
  readonly id: string;
  readonly finalizers: readonly string[];
}

/** Metadata of a resource that is being made. */
export function createdMetadata(
  written: MetadataWrite,
  { id, finalizers }: NewResource,
  principal: Principal,
  { clock }: Pick<RegionServices, "clock">,
): Metadata {
  return {
    id,
    ...namesAndTags(written, [], principal),
    createdAt: new Date(clock.now()).toISOString(),
    createdBy: principal.subject,
    finalizers,
    generation: 1,
    conditions: [],
    apiVersion: 2,
  };
}

/**
 * Metadata after an update: what the caller left out is gone (compute-api §3.6), who made it stays.
 *
 * @param desiredChanged true when there is something new for the reconciler
 */
export function updatedMetadata<M extends Metadata>(
  present: M,
  written: MetadataWrite,
  desiredChanged: boolean,
  principal: Principal,
  { clock }: Pick<RegionServices, "clock">,
): M {
  const { description: _, ...kept } = present;
  return {
    ...(kept as M),
    ...namesAndTags(written, present.tags, principal),
    modifiedAt: new Date(clock.now()).toISOString(),
    modifiedBy: principal.subject,
    generation: present.generation + (desiredChanged ? 1 : 0),
  };
}

/** Metadata of a resource whose deletion is asked for. Who asked is the last to have changed it. */
export function deletedMetadata<M extends Metadata>(
  present: M,
  principal: Principal,
  { clock }: Pick<RegionServices, "clock">,
): M {
  const now = new Date(clock.now()).toISOString();
  return { ...present, deletedAt: now, modifiedAt: now, modifiedBy: principal.subject };
}

function namesAndTags(
  { name, description, tags }: MetadataWrite,
  present: Metadata["tags"],
  principal: Principal,
): Pick<Metadata, "name" | "description" | "tags"> {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    tags: feasible(writtenTags(tags, present, principal.kind === "system"), "/metadata/tags"),
  };
}
