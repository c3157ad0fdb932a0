import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Kind, requireResource, type Transaction } from "@signalbox/store";
import { shared } from "@signalbox/testing";
import { NETWORK, SECURITY_GROUP, SERVER, SSH_CA } from "../../../model/kinds.ts";
import type { ProjectMetadata } from "../../../model/metadata.ts";
import { at, expectStatus, startApi, startApiWithMachines } from "../testing/api.ts";
import {
  createAuthority,
  createGroup,
  createNetwork,
  createServer,
  serverBody,
} from "../testing/bodies.ts";
import { OTHER_ORGANIZATION } from "../testing/tenants.ts";

describe("appendix B: lists, deletes and the version gate", () => {
  const world = shared(startApi);

  it("11: a disjoint organization lists [], a bad tag is 400", async () => {
    const api = await world();
    await createServer(api, await createNetwork(api));
    for (const collection of ["servers", "networks", "securitygroups"]) {
      const path = `/api/v2/${collection}`;
      const query = `?organizationID=${OTHER_ORGANIZATION}`;
      assert.deepEqual((await api.call("GET", path + query, { as: "user" })).body, []);
      expectStatus(await api.call("GET", `${path}?tag=bad`), 400);
      expectStatus(await api.call("GET", `${path}?tag=a=b`), 200);
    }
  });

  it("12: what is referenced is not deleted, and the blockers are named", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const group = await createGroup(api, networkId);
    const authority = await createAuthority(api);
    const id = await createServer(api, networkId, {
      networking: { securityGroups: [group] },
      sshCertificateAuthorityId: authority,
    });
    for (const path of [
      `/api/v2/networks/${networkId}`,
      `/api/v2/securitygroups/${group}`,
      `/api/v2/sshcertificateauthorities/${authority}`,
    ]) {
      const body = expectStatus(await api.call("DELETE", path), 409);
      assert.equal(at(body, "code"), "in_use");
      assert(String(at(body, "error_description")).includes(id));
    }
    const unused = await createAuthority(api);
    const path = `/api/v2/sshcertificateauthorities/${unused}`;
    expectStatus(await api.call("DELETE", path), 202);
    expectStatus(await api.call("GET", path), 404);
    expectStatus(await api.call("DELETE", path), 404);
  });

  it("12: what nobody uses any more is deleted, then 404", async (t) => {
    const api = await startApiWithMachines(t);
    const networkId = await createNetwork(api);
    const group = await createGroup(api, networkId);
    const server = await createServer(api, networkId, { networking: { securityGroups: [group] } });
    for (const path of [
      `/api/v2/servers/${server}`,
      `/api/v2/securitygroups/${group}`,
      `/api/v2/networks/${networkId}`,
    ]) {
      expectStatus(await api.call("DELETE", path), 202);
      const repeated = (await api.call("DELETE", path)).status;
      assert([202, 404].includes(repeated), `${path}: ${repeated}`);
      await api.rig.until(`${path} is gone`, async () => {
        return (await api.call("GET", path)).status === 404;
      });
    }
  });

  it("14: objects without the version label are not there", async (t) => {
    const api = await startApi(t);
    const id = await createNetwork(api);
    const inserted = {
      networks: id,
      securitygroups: await createGroup(api, id),
      sshcertificateauthorities: await createAuthority(api),
      servers: await createServer(api, id),
    };
    await api.store.transact((tx) => {
      unlabel(tx, NETWORK, inserted.networks);
      unlabel(tx, SECURITY_GROUP, inserted.securitygroups);
      unlabel(tx, SSH_CA, inserted.sshcertificateauthorities);
      unlabel(tx, SERVER, inserted.servers);
    });
    for (const [collection, old] of Object.entries(inserted)) {
      const path = `/api/v2/${collection}`;
      expectStatus(await api.call("GET", `${path}/${old}`), 404);
      expectStatus(await api.call("DELETE", `${path}/${old}`), 404);
      assert.deepEqual((await api.call("GET", path)).body, [], collection);
    }
    expectStatus(await api.call("POST", `/api/v2/servers/${inserted.servers}/start`), 404);
    const body = serverBody(id, {}, { name: "other" });
    expectStatus(await api.call("POST", "/api/v2/servers", { body }), 404);
  });
});

/** Makes a stored object one of the v1 API. */
function unlabel<T extends { readonly metadata: ProjectMetadata }>(
  tx: Transaction,
  kind: Kind<T>,
  id: string,
): void {
  const { value } = requireResource(tx, kind, id);
  const { apiVersion: _, ...metadata } = value.metadata;
  tx.update(kind, id, { ...value, metadata });
}
