import { Problem } from "@signalbox/base";
import type { Reader } from "@signalbox/store";
import { XDS_REVISION } from "../../../model/kinds.ts";
import type { XdsGroup } from "../../../model/xds-group.ts";
import type { XdsResourceChange, XdsRevision } from "../../../model/xds-revision.ts";
import type { ContentEdit, NewResource, ResourceKey } from "./content-edit.ts";

/** The revisions of a group that are kept, newest first. */
export function keptRevisions(reader: Reader, groupId: string): readonly XdsRevision[] {
  const index = { name: "group", value: groupId };
  return reader
    .list(XDS_REVISION, { index })
    .items.map(({ value }) => value)
    .toReversed();
}

/** The oldest revision that a rollback can restore. */
export function oldestRestorable(newestFirst: readonly XdsRevision[], present: number): number {
  let oldest = present;
  for (const { revision, isUndoable } of newestFirst) {
    if (revision !== oldest || !isUndoable || revision === 1) break;
    oldest = revision - 1;
  }
  return oldest;
}

/**
 * The edit that makes a group serve what it served at a revision: every later one is undone, from
 * the newest to the oldest.
 *
 * @throws Problem `not_found` for a revision that has not been; `revision_compacted` when what has
 *   changed since is no longer kept
 */
export function planRollback(
  reader: Reader,
  groupId: string,
  { content }: XdsGroup,
  to: number,
): ContentEdit {
  if (to > content.revision) throw new Problem("not_found", `there is no revision ${to} yet`);
  const newestFirst = keptRevisions(reader, groupId);
  if (to < oldestRestorable(newestFirst, content.revision)) {
    throw new Problem("revision_compacted", `what has changed since revision ${to} is not kept`);
  }
  const undone = newestFirst.filter(({ revision }) => revision > to);
  const byKey = new Map<string, XdsResourceChange>();
  for (const { changes } of undone) {
    for (const change of changes) byKey.set(`${change.typeUrl} ${change.name}`, change);
  }
  const endpoints = undone.findLast(
    ({ endpointsBefore }) => endpointsBefore !== undefined,
  )?.endpointsBefore;
  return {
    set: [...byKey.values()].flatMap(toNewResource),
    remove: [...byKey.values()].flatMap(toKey),
    ...(endpoints === undefined ? {} : { endpoints }),
  };
}

function toNewResource({ typeUrl, name, before, undo }: XdsResourceChange): NewResource[] {
  if (before === undefined || undo === undefined) return [];
  return [{ typeUrl, name, version: before, message: undo }];
}

function toKey({ typeUrl, name, before }: XdsResourceChange): ResourceKey[] {
  return before === undefined ? [{ typeUrl, name }] : [];
}
