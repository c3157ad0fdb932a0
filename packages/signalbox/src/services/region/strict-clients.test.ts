import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { at, expectStatus, startApi } from "./testing/api.ts";
import {
  base64,
  create,
  createAuthority,
  createGroup,
  createNetwork,
  createServer,
  idOf,
  networkBody,
  OTHER_IMAGE_ID,
  serverBody,
  sshCaBody,
} from "./testing/bodies.ts";
import { replaceImage, runningServer, until } from "./testing/running-server.ts";

// compute-api §4.12: what existing strict clients rely on, whatever else changes. Rows about lists,
// updates and rebuilds are in lists.test.ts and appendix-b.

describe("strict clients", () => {
  const world = shared(startApi);

  it("may send unknown properties and parameters, which are ignored", async () => {
    const api = await world();
    const body = networkBody("net", { later: { deep: [1] } }, { later: true });
    const network = await create(api, "/api/v2/networks?later=1", body);
    assert.equal(at(network, "spec.later"), undefined);
    expectStatus(await api.call("GET", `/api/v2/networks/${idOf(network)}?later=1`), 200);
  });

  it("get 400 for a wrong JSON type, a missing field, and an id that is none", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const bodies = [
      serverBody(networkId, { flavorId: 7 }),
      serverBody(networkId, { imageId: "image" }),
      serverBody("network"),
      { metadata: { name: "web" }, spec: { networkId } },
      { spec: {} },
    ];
    for (const body of bodies) {
      const refused = expectStatus(await api.call("POST", "/api/v2/servers", { body }), 400);
      assert.equal(at(refused, "error"), "invalid_request");
      assert.equal(typeof at(refused, "errors.0.pointer"), "string");
    }
  });

  it("get 400 for an empty body, and may send a content type with none", async () => {
    const api = await world();
    const path = `/api/v2/servers/${await createServer(api, await createNetwork(api))}`;
    const headers = { "content-type": "application/json" };
    expectStatus(await api.call("POST", "/api/v2/servers", { headers }), 400);
    expectStatus(await api.call("GET", path, { headers }), 200);
    expectStatus(await api.call("POST", `${path}/stop`, { headers }), 202);
    expectStatus(await api.call("DELETE", path, { headers }), 202);
  });

  it("get 400 on the parameter for an empty path segment", async () => {
    const api = await world();
    const refused = expectStatus(await api.call("GET", "/api/v1/organizations//regions"), 400);
    assert.match(String(at(refused, "error_description")), /invalid path\/query element/);
    expectStatus(await api.call("GET", "/api/v2/servers/"), 404);
  });

  it("send their trace with every call, and get it back", async () => {
    const api = await world();
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = {
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      tracestate: "vendor=opaque",
    };
    const answer = await api.call("GET", "/api/v2/servers", { headers });
    assert.match(answer.headers["traceparent"] ?? "", new RegExp(traceId));
    const refused = await api.call("GET", "/api/v2/servers/x", { headers });
    assert.equal(at(refused.body, "trace_id"), traceId);
  });

  it("read at once what they have made, as they sent it", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const userData = base64("#!/bin/sh\n# exactly these bytes: \xff\x00\n");
    const body = serverBody(networkId, { userData, sshInjection: "none", infrastructureRef: "h1" });
    const path = `/api/v2/servers/${idOf(await create(api, "/api/v2/servers", body))}`;
    const read = expectStatus(await api.call("GET", path), 200);
    assert.equal(at(read, "spec.userData"), userData);
    assert.equal(at(read, "status.infrastructureRef"), "h1");
    const authority = await create(api, "/api/v2/sshcertificateauthorities", sshCaBody());
    const again = await api.call("GET", `/api/v2/sshcertificateauthorities/${idOf(authority)}`);
    assert.deepEqual(expectStatus(again, 200), authority);
  });

  it("are told pending first, and no address yet", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const created = await create(api, "/api/v2/servers", serverBody(networkId));
    assert.equal(at(created, "metadata.provisioningStatus"), "pending");
    assert.equal(at(created, "status.privateIP"), undefined);
    assert.match(String(at(created, "metadata.creationTime")), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it("may delete again at any moment: 202 or 404", async (t) => {
    const api = await runningServer(t);
    expectStatus(await api.call("DELETE", api.path), 202);
    await api.rig.until("it is gone", async () => {
      const { status } = await api.call("DELETE", api.path);
      assert([202, 404].includes(status), String(status));
      return status === 404;
    });
  });

  it("see a stopped server settle on its new image, stopped, at its address", async (t) => {
    const api = await runningServer(t);
    const address = at((await api.call("GET", api.path)).body, "status.privateIP");
    expectStatus(await api.call("POST", `${api.path}/stop`), 202);
    await until(api, api.path, "status.powerState", "Stopped");
    expectStatus(await api.call("PUT", api.path, replaceImage(OTHER_IMAGE_ID)), 202);
    for (const verb of ["start", "stop", "softreboot", "hardreboot"]) {
      expectStatus(await api.call("POST", `${api.path}/${verb}`), 409);
    }
    await until(api, api.path, "metadata.provisioningStatus", "provisioned");
    const settled = expectStatus(await api.call("GET", api.path), 200);
    assert.equal(at(settled, "status.powerState"), "Stopped");
    assert.equal(at(settled, "status.privateIP"), address);
  });

  it("may use ids of groups and authorities in any spelling", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const group = await createGroup(api, networkId);
    const authority = await createAuthority(api);
    const body = serverBody(networkId.toUpperCase(), {
      networking: { securityGroups: [group.replaceAll("-", "")] },
      sshCertificateAuthorityId: `urn:uuid:${authority}`,
    });
    const server = await create(api, "/api/v2/servers", body);
    assert.equal(at(server, "status.networkId"), networkId);
    assert.equal(at(server, "status.sshCertificateAuthorityId"), authority);
    assert.deepEqual(at(server, "spec.networking.securityGroups"), [group]);
  });
});
