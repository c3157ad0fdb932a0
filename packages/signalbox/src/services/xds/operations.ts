import type { Operation } from "@signalbox/http";
import { createXdsGroup } from "./groups/create.ts";
import { deleteXdsGroup } from "./groups/delete.ts";
import { getXdsGroup } from "./groups/get.ts";
import { listXdsGroups } from "./groups/list.ts";
import { updateXdsGroup } from "./groups/update.ts";
import { getXdsRevision } from "./history/get.ts";
import { listXdsRevisions } from "./history/list.ts";
import { rollBackXdsGroup } from "./history/rollback.ts";
import { listXdsLoads } from "./nodes/loads.ts";
import { listXdsNacks } from "./nodes/nacks.ts";
import { listXdsNodes } from "./nodes/list.ts";
import { deleteXdsResource } from "./resources/delete.ts";
import { getXdsResource } from "./resources/get.ts";
import { listXdsResources } from "./resources/list.ts";
import { putXdsResource } from "./resources/put.ts";
import { replaceXdsResources } from "./resources/replace.ts";
import type { XdsServices } from "./xds-services.ts";

/** Everything that the xDS service answers over REST. */
export const XDS_OPERATIONS: readonly Operation<XdsServices>[] = [
  listXdsGroups,
  createXdsGroup,
  getXdsGroup,
  updateXdsGroup,
  deleteXdsGroup,
  listXdsResources,
  replaceXdsResources,
  getXdsResource,
  putXdsResource,
  deleteXdsResource,
  listXdsRevisions,
  getXdsRevision,
  rollBackXdsGroup,
  listXdsNodes,
  listXdsNacks,
  listXdsLoads,
];
