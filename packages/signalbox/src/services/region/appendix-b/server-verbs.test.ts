import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { SERVER } from "../../../model/kinds.ts";
import { at, expectStatus, startApi } from "../testing/api.ts";
import {
  ABSENT_ID,
  createAuthority,
  createNetwork,
  createServer,
  IMAGE_ID,
  REGION_ID,
} from "../testing/bodies.ts";
import { PRINCIPALS } from "../testing/principals.ts";
import { ORGANIZATION, PROJECT } from "../testing/tenants.ts";

describe("appendix B: verbs of a server", () => {
  const world = shared(startApi);

  it("9: there is no SSH key to read in any mode", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const sshCertificateAuthorityId = await createAuthority(api);
    const specs = [{ sshCertificateAuthorityId }, { sshInjection: "none" }, {}];
    for (const [index, spec] of specs.entries()) {
      const id = await createServer(api, networkId, spec, { name: `s${index}` });
      expectStatus(await api.call("GET", `/api/v2/servers/${id}/sshkey`), 404);
    }
  });

  it("10: what the power state does not allow is 409, what is missing 404", async () => {
    const api = await world();
    const id = await createServer(api, await createNetwork(api));
    const verb = (name: string, server = id) =>
      api.call("POST", `/api/v2/servers/${server}/${name}`);
    for (const name of ["softreboot", "hardreboot"]) expectStatus(await verb(name), 409);
    for (const name of ["start", "start", "stop", "stop"]) expectStatus(await verb(name), 202);
    for (const name of ["start", "stop", "softreboot", "hardreboot"]) {
      expectStatus(await verb(name, ABSENT_ID), 404);
    }
    expectStatus(await api.call("DELETE", `/api/v2/servers/${id}`), 202);
    expectStatus(await verb("start"), 409);
  });

  it("13: a snapshot needs the organization's images, and its tags cannot lie", async () => {
    const api = await world();
    const id = await createServer(api, await createNetwork(api));
    await api.store.transact((tx) => {
      const server = tx.get(SERVER, id)?.value;
      assert(server);
      tx.update(SERVER, id, { ...server, status: { ...server.status, imageId: IMAGE_ID } });
    });
    const path = `/api/v2/servers/${id}/snapshot`;
    const tags = [
      { name: "images.unikorn-cloud.org:source", value: "import" },
      { name: "purpose", value: "test" },
    ];
    const body = { metadata: { name: "copy", tags }, spec: {} };
    const user = PRINCIPALS.get("user");
    assert(user);
    const projects = new Map([
      [PROJECT, new Set(["region:servers:read", "region:servers:snapshot"])],
    ]);
    api.know("no-images", {
      ...user,
      access: {
        global: new Set(),
        organizations: new Map([[ORGANIZATION, { grants: new Set(), projects }]]),
      },
    });
    expectStatus(await api.call("POST", path, { as: "no-images", body }), 403);
    const image = expectStatus(await api.call("POST", path, { as: "user", body }), 201);
    assert.deepEqual(at(image, "metadata.tags"), [
      { name: "images.unikorn-cloud.org:organization-id", value: ORGANIZATION },
      { name: "images.unikorn-cloud.org:source", value: "snapshot" },
      { name: "purpose", value: "test" },
    ]);
    assert.deepEqual(at(image, "status.source"), {
      type: "snapshot",
      serverId: id,
      sourceImageId: IMAGE_ID,
    });
    const list = await api.call(
      "GET",
      `/api/v2/regions/${REGION_ID}/images?organizationID=${ORGANIZATION}&serverID=${id}`,
    );
    assert.deepEqual(at(list.body, "0.metadata.name"), "copy");
  });
});
