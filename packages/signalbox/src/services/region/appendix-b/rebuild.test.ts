import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { at, expectStatus } from "../testing/api.ts";
import { IMAGE_ID, OTHER_IMAGE_ID } from "../testing/bodies.ts";
import { replaceImage, runningServer, show, until } from "../testing/running-server.ts";

describe("appendix B: rebuild", () => {
  it("15: another image shows provisioning until it has settled, and keeps the address", async (t) => {
    const api = await runningServer(t);
    const address = at(await show(api, api.path), "status.privateIP");
    const accepted = expectStatus(
      await api.call("PUT", api.path, replaceImage(OTHER_IMAGE_ID)),
      202,
    );
    assert.equal(at(accepted, "metadata.provisioningStatus"), "provisioning");
    await until(api, api.path, "metadata.provisioningStatus", "provisioned");
    const settled = await show(api, api.path);
    assert.equal(at(settled, "status.imageId"), OTHER_IMAGE_ID);
    assert.equal(at(settled, "status.privateIP"), address);
  });

  it("15: a failed rebuild is an error, from which another image recovers", async (t) => {
    const api = await runningServer(t);
    const effect = { type: "fail", code: "unprocessable", message: "no such disk" } as const;
    api.rig.provider.faults.inject({ on: "rebuildServer", effect, times: 1 });
    expectStatus(await api.call("PUT", api.path, replaceImage(OTHER_IMAGE_ID)), 202);
    await until(api, api.path, "metadata.provisioningStatus", "error");
    expectStatus(await api.call("PUT", api.path, replaceImage(IMAGE_ID)), 202);
    await until(api, api.path, "metadata.provisioningStatus", "provisioned");
  });

  it("15: a retry recovers from a failed rebuild too", async (t) => {
    const api = await runningServer(t);
    expectStatus(await api.call("POST", `${api.path}/retry`), 409);
    const effect = { type: "fail", code: "unprocessable", message: "no such disk" } as const;
    api.rig.provider.faults.inject({ on: "rebuildServer", effect, times: 1 });
    expectStatus(await api.call("PUT", api.path, replaceImage(OTHER_IMAGE_ID)), 202);
    await until(api, api.path, "metadata.provisioningStatus", "error");
    expectStatus(await api.call("POST", `${api.path}/retry`), 202);
    assert.equal(at(await show(api, api.path), "metadata.provisioningStatus"), "provisioning");
    await until(api, api.path, "metadata.provisioningStatus", "provisioned");
    assert.equal(at(await show(api, api.path), "status.imageId"), OTHER_IMAGE_ID);
  });
});
