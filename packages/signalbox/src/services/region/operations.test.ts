import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "@signalbox/http";
import { REGION_OPERATIONS } from "./operations.ts";
import type { RegionServices } from "./region-services.ts";
import { at, expectStatus, startApi } from "./testing/api.ts";

// What clients of the reference system rely on, of the operations served here (compute-api §2.1,
// §2.2, §4.12): good status, and the permission, whose name has no version here (§6.4).
// biome-ignore format: a table reads best with one row a line
const CONTRACT: readonly (readonly [string, string, number, string | undefined])[] = [
  ["GET",    "/api/v1/organizations/{organizationID}/regions",                              200, "region:regions:read"],
  ["GET",    "/api/v1/organizations/{organizationID}/regions/{regionID}/detail",            200, "region:regions/detail:read"],
  ["GET",    "/api/v1/organizations/{organizationID}/regions/{regionID}/flavors",           200, "region:flavors:read"],
  ["GET",    "/api/v1/organizations/{organizationID}/regions/{regionID}/images",            200, "region:images:read"],
  ["POST",   "/api/v1/organizations/{organizationID}/regions/{regionID}/images",            200, "region:images:create"],
  ["DELETE", "/api/v1/organizations/{organizationID}/regions/{regionID}/images/{imageID}",  202, "region:images:delete"],
  ["GET",    "/api/v1/organizations/{organizationID}/regions/{regionID}/externalnetworks",  200, "region:externalnetworks:read"],
  ["GET",    "/api/v2/networks",                                      200, "region:networks:read"],
  ["POST",   "/api/v2/networks",                                      201, "region:networks:create"],
  ["GET",    "/api/v2/networks/{networkID}",                          200, "region:networks:read"],
  ["PUT",    "/api/v2/networks/{networkID}",                          202, "region:networks:update"],
  ["DELETE", "/api/v2/networks/{networkID}",                          202, "region:networks:delete"],
  ["PUT",    "/api/v2/networks/{networkID}/references/{reference}",   201, "region:networks/references:create"],
  ["DELETE", "/api/v2/networks/{networkID}/references/{reference}",   204, "region:networks/references:delete"],
  ["GET",    "/api/v2/securitygroups",                                200, "region:securitygroups:read"],
  ["POST",   "/api/v2/securitygroups",                                201, "region:securitygroups:create"],
  ["GET",    "/api/v2/securitygroups/{securityGroupID}",              200, "region:securitygroups:read"],
  ["PUT",    "/api/v2/securitygroups/{securityGroupID}",              202, "region:securitygroups:update"],
  ["DELETE", "/api/v2/securitygroups/{securityGroupID}",              202, "region:securitygroups:delete"],
  ["GET",    "/api/v2/sshcertificateauthorities",                     200, "region:sshcertificateauthorities:read"],
  ["POST",   "/api/v2/sshcertificateauthorities",                     201, "region:sshcertificateauthorities:create"],
  ["GET",    "/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}",    200, "region:sshcertificateauthorities:read"],
  ["DELETE", "/api/v2/sshcertificateauthorities/{sshCertificateAuthorityID}",    202, "region:sshcertificateauthorities:delete"],
  ["GET",    "/api/v2/regions/{regionID}/images",                     200, "region:images:read"],
  ["GET",    "/api/v2/servers",                                       200, "region:servers:read"],
  ["POST",   "/api/v2/servers",                                       201, "region:servers:create"],
  ["GET",    "/api/v2/servers/{serverID}",                            200, "region:servers:read"],
  ["PUT",    "/api/v2/servers/{serverID}",                            202, "region:servers:update"],
  ["DELETE", "/api/v2/servers/{serverID}",                            202, "region:servers:delete"],
  ["GET",    "/api/v2/servers/{serverID}/sshkey",                     404, "region:servers:credentials"],
  ["POST",   "/api/v2/servers/{serverID}/start",                      202, "region:servers:power"],
  ["POST",   "/api/v2/servers/{serverID}/stop",                       202, "region:servers:power"],
  ["POST",   "/api/v2/servers/{serverID}/softreboot",                 202, "region:servers:power"],
  ["POST",   "/api/v2/servers/{serverID}/hardreboot",                 202, "region:servers:power"],
  ["GET",    "/api/v2/servers/{serverID}/consolesessions",            200, "region:servers:console"],
  ["GET",    "/api/v2/servers/{serverID}/consoleoutput",              200, "region:servers:console"],
  ["POST",   "/api/v2/servers/{serverID}/snapshot",                   201, "region:servers:snapshot"],
  ["GET",    "/api/version",                                          200, undefined],
  ["GET",    "/.well-known/openid-protected-resource",                200, undefined],
];

function permissionOf({ permission }: Operation<RegionServices>): string | undefined {
  return typeof permission === "string" ? undefined : `${permission.endpoint}:${permission.verb}`;
}

describe("region operations", () => {
  for (const [method, path, status, permission] of CONTRACT) {
    it(`${method} ${path} declares ${status} and asks for ${permission ?? "nothing"}`, () => {
      const operation = REGION_OPERATIONS.find((op) => op.method === method && op.path === path);
      assert(operation, "is served");
      assert(operation.responses[status]);
      assert.equal(permissionOf(operation), permission);
    });
  }

  it("have unique ids", () => {
    const ids = REGION_OPERATIONS.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("are all in the document, with id, statuses and permission, and none is hidden", async (t) => {
    const api = await startApi(t);
    const document = expectStatus(await api.call("GET", "/openapi.json", { as: "" }), 200);
    const { paths } = document as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
    };
    for (const { id, method, path, permission, responses } of REGION_OPERATIONS) {
      const documented = paths[path]?.[method.toLowerCase()];
      assert.equal(at(documented, "operationId"), id);
      assert.deepEqual(at(documented, "x-permission"), permission);
      const statuses = Object.keys(at(documented, "responses") as object);
      for (const status of Object.keys(responses))
        assert(statuses.includes(status), `${id} ${status}`);
    }
  });
});
