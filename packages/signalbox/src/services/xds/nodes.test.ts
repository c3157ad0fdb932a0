import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metadata, type Peer } from "@signalbox/grpc";
import { type ClientStatus, Resource, TYPE_URLS, type TypeStatus } from "@signalbox/xds";
import { type Scope, shared } from "@signalbox/testing";
import type { RememberedRefusal } from "../../traffic/refusal-log.ts";
import { type Api, at, expectStatus, startApi } from "../region/testing/api.ts";
import { FOREIGN_PROJECT, OTHER_ORGANIZATION } from "../region/testing/tenants.ts";
import { START_MS } from "../../reconcilers/testing/fixtures.ts";
import { nodeOf } from "../../traffic/testing/node-of.ts";
import { createGroup } from "./testing/groups.ts";

const RESOURCE = new Resource({
  name: "web",
  typeUrl: TYPE_URLS.cluster,
  bytes: Buffer.from("not for the eyes of readers"),
});

const TYPE: TypeStatus = {
  typeUrl: TYPE_URLS.cluster,
  isWildcard: true,
  names: [],
  sent: { version: "v2", at: START_MS },
  acked: { version: "v1", at: START_MS },
  nacked: {
    nonce: "1",
    version: "v2",
    error: { code: 3, message: "no such field" },
    at: START_MS,
  },
  isAwaited: false,
  resources: () => [{ name: "web", version: "v2", state: "error", resource: RESOURCE }],
};

function clientOf(id: number, nodeId: string, types: readonly TypeStatus[] = []): ClientStatus {
  const peer = { toString: () => "10.0.0.1:5000" } as unknown as Peer;
  const agent = { userAgentName: "envoy", userAgentVersion: "1.2.3" };
  const node = { ...nodeOf(nodeId, "edge"), ...agent };
  const metadata = Metadata.empty;
  const typeUrl = undefined;
  const stream = { id, kind: "delta", typeUrl, peer, metadata, openedAt: START_MS, node } as const;
  return { stream, types };
}

/** Nodes `mine`, `theirs` and `nobodys`, each of a group of its name, the last of none. */
async function startWithNodes(t: Scope): Promise<Api> {
  const groups = new Map<string, string>();
  const clients = ["mine", "theirs", "nobodys"].map((name, n) => clientOf(n + 1, name, [TYPE]));
  const groupOf = (nodeId: string): string => groups.get(nodeId) ?? "";
  const refusals = ["mine", "theirs", "nobodys"].map((nodeId): (() => RememberedRefusal) => () => ({
    at: START_MS,
    streamId: 1,
    nodeId,
    groupId: groupOf(nodeId),
    typeUrl: TYPE_URLS.cluster,
    version: "v2",
    resources: ["web"],
    code: 3,
    message: "no such field",
  }));
  const counts = { succeeded: 20, failed: 4, dropped: 3, inProgress: 2, intervalMs: 10_000 };
  const loads = clients.map(({ stream: { id, node } }) => ({
    ...{ at: START_MS, streamId: id, node: node ?? nodeOf("") },
    clusters: ["b", "a"].map((cluster) => ({ cluster, service: "", ...counts })),
  }));
  const api = await startApi(t, {
    xdsClients: {
      connected: () => clients,
      groupOf: (node) => groupOf(node.id),
      refusals: () => refusals.map((refusal) => refusal()),
      loads: () => loads,
    },
  });
  const foreign = { organizationId: OTHER_ORGANIZATION, projectId: FOREIGN_PROJECT };
  const idIn = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  groups.set("mine", idIn(await createGroup(api, "mine", { nodes: { ids: ["mine"] } })));
  groups.set("theirs", idIn(await createGroup(api, "theirs", foreign)));
  return api;
}

async function idsSeen(api: Api, path: string, as: string): Promise<readonly unknown[]> {
  const body = expectStatus(await api.call("GET", path, { as }), 200);
  return (body as readonly { readonly nodeId: string }[]).map(({ nodeId }) => nodeId);
}

describe("connected nodes", () => {
  const world = shared(startWithNodes);

  for (const path of ["/api/v2/xds/nodes", "/api/v2/xds/nacks"]) {
    it(`are seen in ${path} by those who may see their group, of no group by the operator`, async () => {
      const api = await world();
      assert.equal((await idsSeen(api, path, "admin")).length, 3);
      assert.deepEqual(await idsSeen(api, path, "user"), ["mine"]);
      assert.deepEqual(await idsSeen(api, path, "reader"), ["mine"]);
      assert.deepEqual(await idsSeen(api, path, "owner"), ["mine"]);
      assert.deepEqual(await idsSeen(api, path, "stranger"), ["theirs"]);
      assert.deepEqual(await idsSeen(api, path, "neighbour"), []);
      const filtered = `${path}?nodeID=theirs&nodeID=nobodys`;
      assert.equal((await idsSeen(api, filtered, "admin")).length, 2);
      assert.deepEqual(await idsSeen(api, filtered, "user"), []);
    });
  }

  it("say what they were sent, accepted and refused, and of each resource on request", async () => {
    const api = await world();
    const path = "/api/v2/xds/nodes?nodeID=mine";
    const [node] = expectStatus(await api.call("GET", path), 200) as readonly unknown[];
    assert.equal(at(node, "group.name"), "mine");
    assert.equal(at(node, "userAgent"), "envoy 1.2.3");
    const time = new Date(START_MS).toISOString();
    assert.deepEqual(at(node, "types.0"), {
      type: "cluster",
      typeUrl: TYPE_URLS.cluster,
      state: "refused",
      isWildcard: true,
      names: [],
      nameCount: 0,
      sent: { version: "v2", time },
      accepted: { version: "v1", time },
      refused: { version: "v2", time, code: 3, message: "no such field" },
    });
    const [full] = (await api.call("GET", `${path}&resources=true`)).body as readonly unknown[];
    const shown = [{ name: "web", version: "v2", state: "error" }];
    assert.deepEqual(at(full, "types.0.resources"), shown);
  });

  it("come in pages", async () => {
    const api = await world();
    const seen = await allPages(api, "/api/v2/xds/nodes?limit=2");
    assert.deepEqual(
      seen.map((node) => at(node, "nodeId")),
      ["mine", "theirs", "nobodys"],
    );
  });

  it("report load, which is seen like they are, by cluster and in pages", async () => {
    const api = await world();
    const path = "/api/v2/xds/loads";
    assert.deepEqual(await idsSeen(api, path, "user"), ["mine", "mine"]);
    assert.deepEqual(await idsSeen(api, path, "stranger"), ["theirs", "theirs"]);
    assert.deepEqual(await idsSeen(api, path, "neighbour"), []);
    const [mine] = expectStatus(await api.call("GET", `${path}?nodeID=mine`), 200) as unknown[];
    const { group, ...load } = mine as { readonly group: unknown };
    assert.equal(at(group, "name"), "mine");
    assert.deepEqual(load, {
      ...{ nodeId: "mine", streamId: 1, cluster: "a", time: new Date(START_MS).toISOString() },
      ...{ intervalMs: 10_000, succeeded: 20, failed: 4, dropped: 3, inProgress: 2 },
    });
    const rows = (await allPages(api, `${path}?limit=1`)).map((row) =>
      [at(row, "nodeId"), at(row, "cluster")].join(" "),
    );
    const expected = ["mine a", "mine b", "theirs a", "theirs b", "nobodys a", "nobodys b"];
    assert.deepEqual(rows, expected);
  });
});

async function allPages(api: Api, first: string): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  let path: string | undefined = first;
  while (path !== undefined) {
    const answer = await api.call("GET", path);
    seen.push(...(expectStatus(answer, 200) as readonly unknown[]));
    path = /<http:\/\/[^/]+(\/[^>]+)>; rel="next"/.exec(answer.headers["link"] ?? "")?.[1];
  }
  return seen;
}
