import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Kind } from "@signalbox/store";
import { type ConditionType, findCondition } from "../../model/condition.ts";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER } from "../../model/kinds.ts";
import type { Metadata, ProjectMetadata } from "../../model/metadata.ts";
import {
  image,
  metadata,
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

describe("networks of one project that overlap", () => {
  const OTHER_ID = "aaaabbbb-1234-5678-9abc-def012345679";
  const THIRD_ID = "aaaabbbb-1234-5678-9abc-def01234567a";
  const withPrefix = (id: string, prefix: string, overrides: Partial<ProjectMetadata> = {}) =>
    network(id, {
      metadata: metadata(id, { name: `net-${id.slice(-1)}`, ...overrides }),
      spec: { ...network().spec, prefix },
    });

  it("say so of each other, and no longer when one goes", async (t) => {
    const rig = await startRig(t);
    const warning = (id: string) => said(rig, NETWORK, id, "Warning");
    await rig.put(NETWORK, withPrefix(NETWORK_ID, "10.0.0.0/16"));
    await rig.until("it is there", () => said(rig, NETWORK, NETWORK_ID, "Available") !== "");
    assert.equal(warning(NETWORK_ID), "");
    await rig.put(NETWORK, withPrefix(OTHER_ID, "10.0.4.0/24"));
    await rig.put(NETWORK, withPrefix(THIRD_ID, "10.9.0.0/16"));
    await rig.until("both say so", () => warning(NETWORK_ID) !== "" && warning(OTHER_ID) !== "");
    assert.match(warning(NETWORK_ID), /net-9$/);
    assert.match(warning(OTHER_ID), /net-8$/);
    assert.equal(warning(THIRD_ID), "");
    await rig.change(NETWORK, NETWORK_ID, deleted);
    await rig.until("the other no longer does", () => warning(OTHER_ID) === "", 1_000);
  });

  it("say nothing of the networks of other projects", async (t) => {
    const rig = await startRig(t);
    await rig.put(NETWORK, withPrefix(NETWORK_ID, "10.0.0.0/16"));
    await rig.put(NETWORK, withPrefix(OTHER_ID, "10.0.0.0/16", { projectId: THIRD_ID }));
    const isThere = (id: string) => said(rig, NETWORK, id, "Available") !== "";
    await rig.until("both are there", () => isThere(NETWORK_ID) && isThere(OTHER_ID));
    await rig.clock.advance(60_000);
    for (const id of [NETWORK_ID, OTHER_ID]) assert.equal(said(rig, NETWORK, id, "Warning"), "");
  });
});
