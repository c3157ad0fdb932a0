import assert from "node:assert/strict";
import { test } from "node:test";
import { expectStatus, startApi } from "../testing/api.ts";
import { ORGANIZATION, PROJECT } from "../testing/tenants.ts";

interface Who {
  readonly subject: string;
  readonly global: readonly string[];
  readonly organizations: readonly {
    readonly id: string;
    readonly grants: readonly string[];
    readonly projects: readonly { readonly id: string; readonly grants: readonly string[] }[];
  }[];
}

test("every caller may know who it is and what it may do where, and nobody else", async (t) => {
  const api = await startApi(t);
  const who = async (as: string): Promise<Who> =>
    expectStatus(await api.call("GET", "/api/v2/whoami", { as }), 200) as Who;
  const admin = await who("admin");
  assert.ok(admin.global.includes("region:servers:delete"));
  assert.deepEqual(admin.organizations, []);
  const reader = await who("reader");
  assert.deepEqual(reader.global, []);
  const [organization] = reader.organizations;
  assert.equal(organization?.id, ORGANIZATION);
  const [project] = organization?.projects ?? [];
  assert.equal(project?.id, PROJECT);
  assert.ok(project?.grants.includes("region:servers:read"));
  assert.equal(project?.grants.includes("region:servers:delete"), false);
  assert.deepEqual(project?.grants, project?.grants.toSorted());
  expectStatus(await api.call("GET", "/api/v2/whoami", { as: "" }), 401);
});
