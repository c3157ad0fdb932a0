import type { Transaction } from "@signalbox/store";
import { XDS_RESOURCE, XDS_REVISION } from "../../../model/kinds.ts";
import type { XdsAction, XdsResourceChange, XdsRevision } from "../../../model/xds-revision.ts";
import type { XdsLimits } from "../xds-services.ts";
import type { ContentPlan } from "./plan-change.ts";
import { messageBytes, storedId } from "./stored-content.ts";

/** Who changes what a group serves, when, and how. */
export interface Authorship {
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  readonly action: XdsAction;
  readonly restored?: number;
}

/** What a revision takes besides the messages that it keeps. */
const ROW_BYTES = 128;

/** Writes a plan's resources and its revision; the group itself is the caller's to write. */
export function writeContent(
  tx: Transaction,
  groupId: string,
  plan: ContentPlan,
  authorship: Authorship,
  limits: XdsLimits,
): void {
  const { by: modifiedBy, at: modifiedAt } = authorship;
  for (const resource of plan.write) {
    const id = storedId(groupId, resource);
    const value = { ...resource, groupId, modifiedAt, modifiedBy };
    if (tx.get(XDS_RESOURCE, id) === undefined) tx.create(XDS_RESOURCE, id, value);
    else tx.update(XDS_RESOURCE, id, value);
  }
  for (const key of plan.remove) tx.delete(XDS_RESOURCE, storedId(groupId, key));
  const revision = revisionOf(groupId, plan, authorship, limits);
  tx.create(XDS_REVISION, revisionId(groupId, revision.revision), revision);
  forgetOldRevisions(tx, groupId, limits);
}

/** Ids of one group sort as its revisions do. */
export function revisionId(groupId: string, revision: number): string {
  return `${groupId}-${String(revision).padStart(12, "0")}`;
}

function revisionOf(
  groupId: string,
  plan: ContentPlan,
  authorship: Authorship,
  { maxHistoryBytes }: XdsLimits,
): XdsRevision {
  const { changes, endpointsBefore, content } = plan;
  const bytes = changes.reduce((sum, change) => sum + sizeOf(change), ROW_BYTES);
  const isUndoable = bytes <= maxHistoryBytes;
  const kept = isUndoable ? changes : changes.map(withoutUndo);
  return {
    groupId,
    revision: content.revision,
    ...authorship,
    changes: kept,
    ...(endpointsBefore === undefined ? {} : { endpointsBefore }),
    bytes: isUndoable ? bytes : kept.reduce((sum, change) => sum + sizeOf(change), ROW_BYTES),
    isUndoable,
  };
}

function sizeOf({ typeUrl, name, undo = "" }: XdsResourceChange): number {
  return ROW_BYTES + typeUrl.length + name.length + messageBytes(undo);
}

/** The newest stays, whatever its size. */
function forgetOldRevisions(tx: Transaction, groupId: string, limits: XdsLimits): void {
  const index = { name: "group", value: groupId };
  const newestFirst = tx.list(XDS_REVISION, { index }).items.toReversed();
  let bytes = 0;
  for (const [age, { id, value }] of newestFirst.entries()) {
    bytes += value.bytes;
    if (age > 0 && (age >= limits.maxRevisions || bytes > limits.maxHistoryBytes)) {
      tx.delete(XDS_REVISION, id);
    }
  }
}

function withoutUndo(change: XdsResourceChange): XdsResourceChange {
  const { undo: _undo, ...rest } = change;
  return rest;
}
