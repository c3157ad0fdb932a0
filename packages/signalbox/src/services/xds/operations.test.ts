import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "@signalbox/http";
import { shared } from "@signalbox/testing";
import { type Api, at, expectStatus, startApi } from "../region/testing/api.ts";
import { without } from "../region/testing/principals.ts";
import { XDS_OPERATIONS } from "./operations.ts";
import { cluster, createGroup, groupBody, put } from "./testing/groups.ts";
import type { XdsServices } from "./xds-services.ts";

describe("every operation of xDS", () => {
  // Each test makes a group of its own.
  const world = shared(startApi);

  for (const operation of XDS_OPERATIONS) {
    it(`${operation.id} answers as declared, and 403 without its permission`, async () => {
      const api = await world();
      const request = await exampleOf(operation, api);
      const { method, permission, responses } = operation;
      assert.ok(typeof permission !== "string");
      api.know("lacking", without(permission));
      const refused = await api.call(method, request.path, { ...request, as: "lacking" });
      expectStatus(refused, 403);
      expectStatus(await api.call(method, request.path, { ...request, as: "" }), 401);
      // The server checks the body against the schema of this status.
      const answer = await api.call(method, request.path, request);
      const good = Object.keys(responses).find((status) => Number(status) < 400);
      expectStatus(answer, Number(good));
      assert.equal(answer.body !== undefined, responses[answer.status]?.schema !== undefined);
    });

    it(`${operation.id} is invisible to other projects, and readers write nothing`, async () => {
      const api = await world();
      const request = await exampleOf(operation, api);
      const { method, path } = operation;
      if (path.includes("{groupID}")) {
        for (const as of ["neighbour", "stranger"]) {
          expectStatus(await api.call(method, request.path, { ...request, as }), 404);
        }
      } else if (method === "GET") {
        const answer = await api.call(method, request.path, { as: "stranger" });
        assert.deepEqual(expectStatus(answer, 200), []);
      }
      if (method !== "GET") {
        expectStatus(await api.call(method, request.path, { ...request, as: "reader" }), 403);
      }
    });
  }

  it("has an id of its own, and is in the document with its permission", async () => {
    const ids = XDS_OPERATIONS.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const api = await world();
    const document = expectStatus(await api.call("GET", "/openapi.json", { as: "" }), 200);
    const { paths } = document as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
    };
    for (const { id, method, path, permission } of XDS_OPERATIONS) {
      const documented = paths[path]?.[method.toLowerCase()];
      assert.equal(at(documented, "operationId"), id);
      assert.deepEqual(at(documented, "x-permission"), permission);
    }
  });

  it("that changes something is in the audit log", async (t) => {
    // Two groups may not claim the node of the example.
    const api = await startApi(t);
    for (const operation of XDS_OPERATIONS.filter(({ method }) => method !== "GET")) {
      const request = await exampleOf(operation, api);
      const before = api.audited.length;
      await api.call(operation.method, request.path, request);
      assert.equal(api.audited.length, before + 1, operation.id);
    }
  });
});

interface Example {
  readonly path: string;
  readonly body?: object;
}

/** A request that the operation carries out, for a group that is made for it. */
async function exampleOf({ path, body, id }: Operation<XdsServices>, api: Api): Promise<Example> {
  const group = await createGroup(api);
  await put(api, group, "cluster", cluster("web"));
  const filled: Readonly<Record<string, string>> = {
    groupID: group.slice(group.lastIndexOf("/") + 1),
    type: "cluster",
    name: "web",
    revision: "2",
  };
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => filled[name] ?? name);
  if (body === undefined) return { path: address };
  const example = BODIES[id];
  assert(example, `${id} has an example`);
  return { path: address, body: example };
}

const BODIES: Readonly<Record<string, object>> = {
  createXdsGroup: groupBody("other"),
  updateXdsGroup: { metadata: { name: "renamed" }, spec: { nodes: { ids: ["n"] } } },
  putXdsResource: cluster("web", { connect_timeout: "2s" }),
  replaceXdsResources: { resources: [{ resource: cluster("other") }] },
  rollBackXdsGroup: { revision: 1 },
};
