import type { Static } from "typebox";
import type { XdsRevision } from "../../../model/xds-revision.ts";
import { changeKind, changeReadModel } from "../content/change-read-model.ts";
import type { XDS_REVISION_READ, XDS_REVISION_ROW } from "../schemas/change-schema.ts";

/** A revision as the history shows it. @param oldest the oldest that can be restored */
export function revisionRow(value: XdsRevision, oldest: number): Static<typeof XDS_REVISION_ROW> {
  const { revision, at, by, action, restored, changes, endpointsBefore } = value;
  const count = (kind: ReturnType<typeof changeKind>): number =>
    changes.filter((change) => changeKind(change) === kind).length;
  return {
    revision,
    time: at,
    by,
    action,
    ...(restored === undefined ? {} : { restored }),
    created: count("created"),
    updated: count("updated"),
    deleted: count("deleted"),
    endpointsChanged: endpointsBefore !== undefined,
    canRollBack: revision >= oldest,
  };
}

/** The same with each change. */
export function revisionReadModel(
  value: XdsRevision,
  oldest: number,
): Static<typeof XDS_REVISION_READ> {
  return { ...revisionRow(value, oldest), changes: value.changes.map(changeReadModel) };
}
