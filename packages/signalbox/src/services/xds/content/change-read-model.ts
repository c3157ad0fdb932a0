import type { Static } from "typebox";
import type { XdsResourceChange } from "../../../model/xds-revision.ts";
import type { XDS_CHANGE } from "../schemas/change-schema.ts";
import { labelled } from "../shared/resource-type.ts";

type ChangeRead = Static<typeof XDS_CHANGE>["changes"][number];

/** What became of a resource. */
export function changeKind({ before, after }: XdsResourceChange): ChangeRead["change"] {
  if (before === undefined) return "created";
  return after === undefined ? "deleted" : "updated";
}

/** The change of one resource as the API shows it. */
export function changeReadModel(change: XdsResourceChange): ChangeRead {
  const { before, after } = change;
  return {
    ...labelled(change),
    change: changeKind(change),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}
