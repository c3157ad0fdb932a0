import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SERVER } from "../../../model/kinds.ts";
import { at, expectStatus, startApi } from "../testing/api.ts";
import {
  ABSENT_ID,
  base64,
  createNetwork,
  createServer,
  FLAVOR_ID,
  IMAGE_ID,
} from "../testing/bodies.ts";

describe("appendix B: updating a server", () => {
  it("8: PUT keeps name and flavor, clears what is left out, tolerates old user data", async (t) => {
    const api = await startApi(t);
    const networkId = await createNetwork(api);
    const userData = base64("#!/bin/sh\n");
    const id = await createServer(api, networkId, { userData });
    const path = `/api/v2/servers/${id}`;
    const put = (spec: object, name = "web") =>
      api.call("PUT", path, {
        body: { metadata: { name }, spec: { flavorId: FLAVOR_ID, imageId: IMAGE_ID, ...spec } },
      });
    assert.match(
      String(at(expectStatus(await put({}, "other"), 422), "error_description")),
      /name is immutable/,
    );
    assert.match(
      String(at(expectStatus(await put({ flavorId: ABSENT_ID }), 422), "error_description")),
      /flavor is immutable/,
    );
    assert.equal(at(expectStatus(await put({ userData }), 202), "spec.userData"), userData);
    assert.equal(at(expectStatus(await put({}), 202), "spec.userData"), undefined);
    const legacy = base64("legacy");
    await api.store.transact((tx) => {
      const server = tx.get(SERVER, id)?.value;
      assert(server);
      tx.update(SERVER, id, { ...server, spec: { ...server.spec, userData: legacy } });
    });
    expectStatus(await put({ userData: legacy }), 202);
    expectStatus(await put({ userData: base64("other") }), 422);
  });
});
