import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { at, expectStatus } from "../testing/api.ts";
import { createServer, REGION_ID } from "../testing/bodies.ts";
import { runningServer, show, until } from "../testing/running-server.ts";
import { ORGANIZATION } from "../testing/tenants.ts";

describe("a running server", () => {
  it("is stopped and started, each as often as one likes, and is healthy when off", async (t) => {
    const api = await runningServer(t);
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
    const api = await runningServer(t);
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
      assert.equal(at(session.body, "type"), "serial");
      const expiresMs = Date.parse(String(at(session.body, "expirationTime")));
      assert(expiresMs > api.clock.now() && expiresMs <= api.clock.now() + 60_000);
      assert.equal(session.headers["cache-control"], "no-store");
    }
    expectStatus(await api.call("POST", `${api.path}/consolesessions`, { as: "reader" }), 403);
    expectStatus(await api.call("POST", `${api.path}/stop`), 202);
    await until(api, api.path, "status.powerState", "Stopped");
    expectStatus(await api.call("POST", `${api.path}/consolesessions`), 409);
  });

  it("is snapshotted into an image that becomes ready and makes another server", async (t) => {
    const api = await runningServer(t);
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
    const api = await runningServer(t, { sshInjection: "none" });
    const server = await show(api, api.path);
    for (const member of ["scheduledTime", "launchedTime", "provisionedTime", "privateIP"]) {
      assert.equal(typeof at(server, `status.${member}`), "string", member);
    }
    assert.equal(at(server, "status.observedGeneration"), at(server, "metadata.generation"));
    assert.equal(at(server, "metadata.healthStatus"), "healthy");
  });

  it("has another incarnation when its name is made again", async (t) => {
    const api = await runningServer(t);
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
