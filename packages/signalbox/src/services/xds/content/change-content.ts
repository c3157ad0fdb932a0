import type { OperationReply, Principal } from "@signalbox/http";
import { type Reader, requireResource, type Resource, type Transaction } from "@signalbox/store";
import type { Static } from "typebox";
import { XDS_GROUP } from "../../../model/kinds.ts";
import type { XdsGroup } from "../../../model/xds-group.ts";
import type { XDS_CHANGE } from "../schemas/change-schema.ts";
import type { XdsServices } from "../xds-services.ts";
import { changeReadModel } from "./change-read-model.ts";
import { reportConsistency } from "./consistency-report.ts";
import type { ContentEdit } from "./content-edit.ts";
import { type ContentPlan, planChange } from "./plan-change.ts";
import { type Authorship, writeContent } from "./write-content.ts";

/** A request that changes what a group serves. */
export interface ContentRequest {
  readonly groupId: string;
  readonly dryRun: boolean | undefined;
  readonly principal: Principal;
  readonly signal: AbortSignal;
  readonly action: Pick<Authorship, "action" | "restored">;
  /** The edit, against what is stored now; it may be asked for more than once. */
  readonly edit: (reader: Reader, group: Resource<XdsGroup>) => ContentEdit;
}

type Change = Static<typeof XDS_CHANGE>;

/**
 * Changes what a group serves, in one transaction; a dry run says what would change, and whether
 * the whole would fit together.
 */
export async function changeContent(
  request: ContentRequest,
  services: XdsServices,
): Promise<OperationReply> {
  const { groupId, dryRun, action, principal, signal } = request;
  const { store, clock, xds } = services;
  if (dryRun === true) {
    const codec = await xds.codec();
    const plan = planned(store, request, xds.limits);
    const consistency = reportConsistency(codec, store, groupId, plan);
    return { status: 200, body: { ...changeOf(plan, true), consistency } };
  }
  const at = new Date(clock.now()).toISOString();
  const authorship = { ...action, at, by: principal.subject };
  const { result } = await store.transact(
    (tx) => {
      const plan = planned(tx, request, xds.limits);
      commitPlan(tx, groupId, plan, authorship, services);
      return plan;
    },
    { signal },
  );
  return { status: 200, body: changeOf(result, false) };
}

/** What a plan comes to, as the API shows it. */
function changeOf(plan: ContentPlan, dryRun: boolean): Change {
  return {
    revision: plan.content.revision,
    dryRun,
    changes: plan.changes.map(changeReadModel),
    endpointsChanged: plan.endpointsBefore !== undefined,
  };
}

function planned(
  reader: Reader,
  { groupId, edit }: ContentRequest,
  limits: XdsServices["xds"]["limits"],
): ContentPlan {
  const group = requireResource(reader, XDS_GROUP, groupId);
  return planChange(reader, groupId, group.value, edit(reader, group), limits);
}

function commitPlan(
  tx: Transaction,
  groupId: string,
  plan: ContentPlan,
  authorship: Authorship,
  { xds }: XdsServices,
): void {
  const { value } = requireResource(tx, XDS_GROUP, groupId);
  if (plan.content.revision === value.content.revision) return;
  writeContent(tx, groupId, plan, authorship, xds.limits);
  const spec = { ...value.spec, endpoints: plan.endpoints };
  tx.update(XDS_GROUP, groupId, { ...value, spec, content: plan.content });
}
