import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { IMAGE, NETWORK, SERVER } from "../../../model/kinds.ts";
import { network, region } from "../../../reconcilers/testing/fixtures.ts";
import { at, expectStatus, startApi } from "../testing/api.ts";
import {
  ABSENT_ID,
  base64,
  createAuthority,
  createGroup,
  createNetwork,
  idOf,
  IMAGE_ID,
  OTHER_IMAGE_ID,
  postServer,
  serverBody,
} from "../testing/bodies.ts";
import { OTHER_PROJECT } from "../testing/tenants.ts";

describe("appendix B: creating a server", () => {
  const world = shared(startApi);

  it("4: ids follow from network and name; the same name again is 409", async () => {
    const api = await world();
    const NETWORK_ID = "aaaabbbb-1234-5678-9abc-def012345678";
    await api.store.transact((tx) => tx.create(NETWORK, NETWORK_ID, network(NETWORK_ID)));
    for (const [name, id] of [
      ["db", "a573675a-1350-5a09-a5f7-dc8e8ffb16b0"],
      ["a", "aaf98443-4b3c-536b-b336-1b9e7114da44"],
      ["my-server", "c4bf555a-7990-5e41-8e0b-ad1f5c675408"],
      ["web-2", "c38a3a9d-417e-5dd4-afd3-1a449a8453f3"],
      ["web-1", "db094055-41cd-58cb-9b73-d99082a40812"],
    ] as const) {
      assert.equal(idOf(await postServer(api, { networkId: NETWORK_ID }, 201, name)), id);
    }
    await postServer(api, { networkId: NETWORK_ID }, 409, "db");
    const other = await createNetwork(api);
    assert.notEqual(
      idOf(await postServer(api, { networkId: other }, 201, "db")),
      "a573675a-1350-5a09-a5f7-dc8e8ffb16b0",
    );
  });

  it("5: every row of the user data table, with and without an authority", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const sshCertificateAuthorityId = await createAuthority(api);
    const multipart = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\n#!/bin/sh\n--b--\n';
    const unbounded = "Content-Type: multipart/mixed\n\n--b\n\n#!/bin/sh\n--b--\n";
    const unreadable = multipart.replace("#!/bin/sh\n--b--\n", "");
    // biome-ignore format: a table reads best with one row a line
    const rows = [
      ["",                            201, 201],
      ["#cloud-config\n{}",           201, 201],
      ["#!/bin/sh\n",                 201, 201],
      ["## template: jinja\n",        201, 201],
      ["#cloud-boothook\n",           201, 201],
      ["#include\nhttps://a.example", 201, 201],
      ["#part-handler\n",             201, 201],
      ["#cloud-config-archive\n",     201, 201],
      [multipart,                     201, 201],
      [unbounded,                     422, 422],
      [unreadable,                    422, 422],
      ["\x1f\x8b\x08",                201, 422],
      ["hello",                       422, 422],
    ] as const;
    let count = 0;
    await postServer(api, { networkId }, 201, "none");
    for (const [text, without, withAuthority] of rows) {
      const userData = base64(text);
      await postServer(api, { networkId, userData }, without, `s${count++}`);
      const spec = { networkId, userData, sshCertificateAuthorityId };
      await postServer(api, spec, withAuthority, `s${count++}`);
    }
    const refused = await postServer(api, { networkId, userData: base64("hello") }, 422);
    assert.equal(at(refused, "error"), "unprocessable_content");
    const text = String(at(refused, "error_description"));
    assert.match(text, /cloud-init/);
    assert.match(text, /unsupported userData format/);
  });

  it("5: every row of the SSH injection table", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const authority = { sshCertificateAuthorityId: await createAuthority(api) };
    const pinned = { infrastructureRef: "host-1" };
    // biome-ignore format: a table reads best with one row a line
    const rows: readonly (readonly [object, number, string?])[] = [
      [{ ...authority },                                       201, "ca"],
      [{},                                                     201, "identityKeypair"],
      [{ sshInjection: "ca", ...authority },                   201, "ca"],
      [{ sshInjection: "ca" },                                 422],
      [{ sshInjection: "identityKeypair", ...authority },      422],
      [{ sshInjection: "none", ...authority },                 422],
      [{ sshInjection: "identityKeypair" },                    201, "identityKeypair"],
      [{ sshInjection: "none" },                               201, "none"],
      [{ sshInjection: "other" },                              400],
      [{ ...pinned },                                          422],
      [{ sshInjection: "none", ...pinned },                    201, "none"],
      [{ ...authority, ...pinned },                            201, "ca"],
    ];
    for (const [index, [spec, status, mode]] of rows.entries()) {
      const body = await postServer(api, { networkId, ...spec }, status, `s${index}`);
      assert.equal(at(body, "status.sshInjection"), mode);
    }
  });

  it("6: groups of another network and authorities of another project are 422", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const elsewhere = await createNetwork(api, "elsewhere", { projectId: OTHER_PROJECT });
    const group = await createGroup(api, elsewhere);
    const authority = await createAuthority(api, { projectId: OTHER_PROJECT });
    const withGroup = { networkId, networking: { securityGroups: [group] } };
    const withAuthority = { networkId, sshCertificateAuthorityId: authority };
    await postServer(api, withGroup, 422);
    await postServer(api, withAuthority, 422);
    for (const spec of [withGroup, withAuthority]) {
      const body = serverBody(networkId, spec);
      // What the caller may not read is not there.
      expectStatus(await api.call("POST", "/api/v2/servers", { as: "user", body }), 404);
    }
  });

  it("7: an image that is not ready or does not fit, and a retired flavor, are 422", async (t) => {
    const offered = region();
    const api = await startApi(t, { regions: [offered] });
    const networkId = await createNetwork(api);
    const stored = api.store.get(IMAGE, IMAGE_ID)?.value;
    assert(stored);
    const put = async (change: object, spec: object = {}) => {
      await api.store.transact((tx) =>
        tx.update(IMAGE, IMAGE_ID, {
          ...stored,
          spec: { ...stored.spec, ...spec },
          status: { ...stored.status, ...change },
        }),
      );
    };
    await put({ state: "pending" });
    await postServer(api, { networkId }, 422);
    await put({}, { architecture: "aarch64" });
    await postServer(api, { networkId }, 422);
    await put({}, { virtualization: "baremetal" });
    await postServer(api, { networkId }, 422);
    await put({}, { virtualization: "quantum" });
    await postServer(api, { networkId }, 422);
    await put({ virtualBytes: 1e12 });
    await postServer(api, { networkId }, 422);
    await put({});
    await postServer(api, { networkId, flavorId: ABSENT_ID }, 422);
    await postServer(api, { networkId, imageId: ABSENT_ID }, 404);
    const id = idOf(await postServer(api, { networkId }, 201));
    // The flavor is retired by taking it out of the server's own spec's region.
    await api.store.transact((tx) => {
      const server = tx.get(SERVER, id)?.value;
      assert(server);
      tx.update(SERVER, id, { ...server, spec: { ...server.spec, flavorId: ABSENT_ID } });
    });
    const body = {
      metadata: { name: "web" },
      spec: { flavorId: ABSENT_ID, imageId: OTHER_IMAGE_ID },
    };
    expectStatus(await api.call("PUT", `/api/v2/servers/${id}`, { body }), 202);
  });
});
