import { describe, it, type TestContext } from "node:test";
import { encodeCursor } from "@signalbox/http";
import { NETWORK, XDS_GROUP, XDS_RESOURCE } from "../../model/kinds.ts";
import { type Api, startApi } from "../region/testing/api.ts";
import { ABSENT_ID, createNetwork, REGION_ID } from "../region/testing/bodies.ts";
import { fuzzOperations, mostly } from "../region/testing/fuzz-operations.ts";
import type { Likely } from "../region/testing/schema-arbitrary.ts";
import {
  FOREIGN_PROJECT,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  OTHER_PROJECT,
  PROJECT,
} from "../region/testing/tenants.ts";
import { XDS_OPERATIONS } from "./operations.ts";
import { cluster, createGroup, put } from "./testing/groups.ts";

const ROUNDS = 8;
const REQUESTS_A_ROUND = 500;

describe("any request to the xDS service", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    it(`is answered as declared, seed ${seed}`, async (t) => {
      await fuzz(t, seed);
    });
  }
});

async function fuzz(t: TestContext, seed: number): Promise<void> {
  const api = await startApi(t, { xdsLimits: { maxResources: 5, maxRevisions: 3 } });
  await createNetwork(api);
  for (let n = 0; n < 20; n++) {
    const group = await createGroup(api, `group-${n}`);
    await put(api, group, "cluster", cluster("web"));
  }
  const requests = REQUESTS_A_ROUND;
  await fuzzOperations(api, XDS_OPERATIONS, likelyValues(api), { seed, requests });
}

/** Up to a few of each kind, so that requests meet what others have made. */
function likelyValues({ store }: Api): Likely {
  const groups = (): readonly string[] => store.list(XDS_GROUP, { limit: 4 }).items.map(idOf);
  const values: Readonly<Record<string, () => readonly string[]>> = {
    group: () => [...groups(), ABSENT_ID],
    organization: () => mostly(ORGANIZATION, OTHER_ORGANIZATION),
    project: () => mostly(PROJECT, OTHER_PROJECT, FOREIGN_PROJECT),
    network: () => store.list(NETWORK, { limit: 2 }).items.map(idOf),
    region: () => [REGION_ID],
    type: () => mostly("cluster", "route", "endpoint", "envoy.config.cluster.v3.Cluster", "no"),
    name: () => mostly("web", ...store.list(XDS_RESOURCE).items.map(({ value }) => value.name)),
    revision: () => mostly("1", "2", "3", "4", "0", "x"),
    node: () => ["n1", "n2"],
    // A node is of one group: so many that most are nobody's yet.
    "": () => Array.from({ length: 500 }, (_, n) => `node-${n}`),
    cluster: () => Array.from({ length: 500 }, (_, n) => `cluster-${n}`),
    cursor: () => [encodeCursor(ABSENT_ID), "x"],
    tag: () => ["a=b", "a"],
  };
  return (name) => values[name.toLowerCase().replace(/(?:id)?s?$/, "")]?.() ?? ["a", "b"];
}

const idOf = ({ id }: { readonly id: string }): string => id;
