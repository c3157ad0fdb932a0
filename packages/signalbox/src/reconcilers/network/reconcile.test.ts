import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Kind } from "@signalbox/store";
import { type ConditionType, findCondition } from "../../model/condition.ts";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER } from "../../model/kinds.ts";
import type { Metadata } from "../../model/metadata.ts";
import {
  image,
  network,
  NETWORK_ID,
  securityGroup,
  server,
  SERVER_ID,
  START,
} from "../testing/fixtures.ts";
import { type Rig, startRig } from "../testing/rig.ts";

const GROUP_ID = "cccccccc-0000-4000-8000-000000000001";

const deleted = <T extends { readonly metadata: object }>(value: T): T => ({
  ...value,
  metadata: { ...value.metadata, deletedAt: START },
});

/** What a condition of a stored resource says; empty when there is none. */
function said<T extends { readonly metadata: Metadata }>(
  { store }: Rig,
  kind: Kind<T>,
  id: string,
  type: ConditionType,
): string {
  const conditions = store.get(kind, id)?.value.metadata.conditions ?? [];
  return findCondition(conditions, type)?.message ?? "";
}

describe("networks and security groups", () => {
  it("say what their region does not carry out", async (t) => {
    const rig = await startRig(t, {
      provider: { capabilities: { egressRules: false, machineToMachine: false } },
    });
    await rig.put(NETWORK, network());
    await rig.put(
      SECURITY_GROUP,
      securityGroup(GROUP_ID, [{ direction: "egress", protocol: "any" }]),
    );
    await rig.until("the network does", () => said(rig, NETWORK, NETWORK_ID, "Limited") !== "");
    await rig.until("the group does", () => said(rig, SECURITY_GROUP, GROUP_ID, "Limited") !== "");
    assert.match(said(rig, SECURITY_GROUP, GROUP_ID, "Limited"), /egress/);
    await rig.change(SECURITY_GROUP, GROUP_ID, (group) => ({ ...group, spec: { rules: [] } }));
    await rig.until("no longer", () => said(rig, SECURITY_GROUP, GROUP_ID, "Limited") === "");
  });

  it("go only when nothing is left on them", async (t) => {
    const rig = await startRig(t);
    await rig.put(IMAGE, image());
    await rig.put(NETWORK, network());
    await rig.put(SECURITY_GROUP, securityGroup(GROUP_ID, []));
    const networking = { securityGroups: [GROUP_ID] };
    await rig.put(SERVER, server(SERVER_ID, { spec: { networking } }));
    await rig.until("it runs", () => rig.server(SERVER_ID).status.powerState === "Running");
    await rig.change(NETWORK, NETWORK_ID, deleted);
    await rig.change(SECURITY_GROUP, GROUP_ID, deleted);
    await rig.until("the network waits", () =>
      said(rig, NETWORK, NETWORK_ID, "Available").includes("1 server(s), 1 security group(s)"),
    );
    assert.match(said(rig, SECURITY_GROUP, GROUP_ID, "Available"), /1 server/);
    await rig.change(SERVER, SERVER_ID, deleted);
    await rig.until("all is gone", () => rig.store.get(NETWORK, NETWORK_ID) === undefined);
    assert.equal(rig.store.get(SECURITY_GROUP, GROUP_ID), undefined);
  });
});
