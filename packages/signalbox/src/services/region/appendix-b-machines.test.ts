import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Rig } from "../../reconcilers/testing/rig.ts";
import { type Api, at, expectStatus, startApiWithMachines } from "./testing/api.ts";
import {
  createGroup,
  createNetwork,
  createServer,
  FLAVOR_ID,
  IMAGE_ID,
  OTHER_IMAGE_ID,
  REGION_ID,
} from "./testing/bodies.ts";
import { ORGANIZATION } from "./testing/tenants.ts";

type Machines = Api & { readonly rig: Rig };

async function show(api: Api, path: string): Promise<unknown> {
  return expectStatus(await api.call("GET", path), 200);
}

async function until(api: Machines, path: string, member: string, value: string): Promise<void> {
  await api.rig.until(`${member} is ${value}`, async () => {
    return at(await show(api, path), member) === value;
  });
}

async function running(t: TestContext, spec: object = {}): Promise<Machines & { path: string }> {
  const api = await startApiWithMachines(t);
  const networkId = await createNetwork(api);
  const path = `/api/v2/servers/${await createServer(api, networkId, spec)}`;
  await until(api, path, "status.powerState", "Running");
  await until(api, path, "metadata.provisioningStatus", "provisioned");
  return { ...api, path };
}

const replace = (imageId: string) => ({
  body: { metadata: { name: "web" }, spec: { flavorId: FLAVOR_ID, imageId } },
});

describe("appendix B with machines", () => {
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

  it("15: another image shows provisioning until it has settled, and keeps the address", async (t) => {
    const api = await running(t);
    const address = at(await show(api, api.path), "status.privateIP");
    const accepted = expectStatus(await api.call("PUT", api.path, replace(OTHER_IMAGE_ID)), 202);
    assert.equal(at(accepted, "metadata.provisioningStatus"), "provisioning");
    await until(api, api.path, "metadata.provisioningStatus", "provisioned");
    const settled = await show(api, api.path);
    assert.equal(at(settled, "status.imageId"), OTHER_IMAGE_ID);
    assert.equal(at(settled, "status.privateIP"), address);
  });

  it("15: a failed rebuild is an error, from which another image recovers", async (t) => {
    const api = await running(t);
    const effect = { type: "fail", code: "unprocessable", message: "no such disk" } as const;
    api.rig.provider.faults.inject({ on: "rebuildServer", effect, times: 1 });
    expectStatus(await api.call("PUT", api.path, replace(OTHER_IMAGE_ID)), 202);
    await until(api, api.path, "metadata.provisioningStatus", "error");
    expectStatus(await api.call("PUT", api.path, replace(IMAGE_ID)), 202);
    await until(api, api.path, "metadata.provisioningStatus", "provisioned");
  });

  it("15: a retry recovers from a failed rebuild too", async (t) => {
    const api = await running(t);
    expectStatus(await api.call("POST", `${api.path}/retry`), 409);
    const effect = { type: "fail", code: "unprocessable", message: "no such disk" } as const;
    api.rig.provider.faults.inject({ on: "rebuildServer", effect, times: 1 });
    expectStatus(await api.call("PUT", api.path, replace(OTHER_IMAGE_ID)), 202);
    await until(api, api.path, "metadata.provisioningStatus", "error");
    expectStatus(await api.call("POST", `${api.path}/retry`), 202);
    assert.equal(at(await show(api, api.path), "metadata.provisioningStatus"), "provisioning");
    await until(api, api.path, "metadata.provisioningStatus", "provisioned");
    assert.equal(at(await show(api, api.path), "status.imageId"), OTHER_IMAGE_ID);
  });
});

describe("a running server", () => {
  it("is stopped and started, each as often as one likes, and is healthy when off", async (t) => {
    const api = await running(t);
    const verb = (name: string) => api.call("POST", `${api.path}/${name}`);
    expectStatus(await verb("start"), 202);
    expectStatus(await verb("stop"), 202);
    assert.equal(at(await show(api, api.path), "status.powerState"), "Stopping");
    await until(api, api.path, "status.powerState", "Stopped");
    expectStatus(await verb("stop"), 202);
    const stopped = await show(api, api.path);
    assert.equal(at(stopped, "metadata.healthStatus"), "healthy");
    assert.equal(at(stopped, "metadata.provisioningStatus"), "provisioned");
    expectStatus(await verb("softreboot"), 409);
    expectStatus(await verb("start"), 202);
    await until(api, api.path, "status.powerState", "Running");
    expectStatus(await verb("hardreboot"), 202);
  });

  it("gives console output and one-time console sessions, which nobody caches", async (t) => {
    const api = await running(t);
    const output = await api.call("GET", `${api.path}/consoleoutput`);
    assert.equal(typeof at(expectStatus(output, 200), "contents"), "string");
    const last = await api.call("GET", `${api.path}/consoleoutput?length=1`);
    const text = String(at(expectStatus(last, 200), "contents"));
    assert.equal(text.trimEnd().split("\n").length, 1);
    expectStatus(await api.call("GET", `${api.path}/consoleoutput?length=-1`), 400);
    for (const [method, status] of [
      ["GET", 200],
      ["POST", 201],
    ] as const) {
      const session = await api.call(method, `${api.path}/consolesessions`);
      assert.match(
        String(at(expectStatus(session, status), "url")),
        /^http:\/\/.*\/console#.{20,}$/,
      );
      assert.equal(session.headers["cache-control"], "no-store");
    }
    expectStatus(await api.call("POST", `${api.path}/consolesessions`, { as: "reader" }), 403);
    expectStatus(await api.call("POST", `${api.path}/stop`), 202);
    await until(api, api.path, "status.powerState", "Stopped");
    expectStatus(await api.call("POST", `${api.path}/consolesessions`), 409);
  });

  it("is snapshotted into an image that becomes ready and makes another server", async (t) => {
    const api = await running(t);
    const body = { metadata: { name: "copy" }, spec: {} };
    const image = expectStatus(await api.call("POST", `${api.path}/snapshot`, { body }), 201);
    const imageId = String(at(image, "metadata.id"));
    const path = `/api/v2/regions/${REGION_ID}/images/${imageId}`;
    await until(api, path, "status.state", "ready");
    const networkId = String(at(await show(api, api.path), "status.networkId"));
    const copy = await createServer(api, networkId, { imageId }, { name: "copy" });
    const refused = expectStatus(await api.call("DELETE", path), 409);
    assert.match(String(at(refused, "error_description")), /copy/);
    expectStatus(await api.call("DELETE", `/api/v2/servers/${copy}`), 202);
    await api.rig.until("it is gone", async () => {
      return (await api.call("GET", `/api/v2/servers/${copy}`)).status === 404;
    });
    expectStatus(await api.call("DELETE", path), 202);
    const list = `/api/v2/regions/${REGION_ID}/images?organizationID=${ORGANIZATION}&scope=owned`;
    assert.deepEqual((await api.call("GET", list)).body, []);
  });

  it("shows who made it, when, and what it was observed to do", async (t) => {
    const api = await running(t, { sshInjection: "none" });
    const server = await show(api, api.path);
    for (const member of ["scheduledTime", "launchedTime", "provisionedTime", "privateIP"]) {
      assert.equal(typeof at(server, `status.${member}`), "string", member);
    }
    assert.equal(at(server, "status.observedGeneration"), at(server, "metadata.generation"));
    assert.equal(at(server, "metadata.healthStatus"), "healthy");
  });

  it("has another incarnation when its name is made again", async (t) => {
    const api = await running(t);
    const before = await show(api, api.path);
    expectStatus(await api.call("DELETE", api.path), 202);
    const networkId = String(at(before, "status.networkId"));
    await api.rig.until("it is gone", async () => {
      return (await api.call("GET", api.path)).status === 404;
    });
    await createServer(api, networkId);
    const after = await show(api, api.path);
    assert.equal(at(after, "metadata.id"), at(before, "metadata.id"));
    assert.notEqual(at(after, "status.incarnation"), at(before, "status.incarnation"));
  });
});
