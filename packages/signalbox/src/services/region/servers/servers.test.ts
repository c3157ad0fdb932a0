import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shared } from "@signalbox/testing";
import { SERVER } from "../../../model/kinds.ts";
import { at, expectStatus, startApi } from "../testing/api.ts";
import {
  ABSENT_ID,
  create,
  createGroup,
  createNetwork,
  createServer,
  FLAVOR_ID,
  IMAGE_ID,
  OTHER_IMAGE_ID,
  serverBody,
} from "../testing/bodies.ts";
import { PROJECT } from "../testing/tenants.ts";

const SCRIPT = Buffer.from("#!/bin/sh\n").toString("base64");

describe("servers", () => {
  const world = shared(startApi);

  it("take tenancy and region from their network, and echo what was sent", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const group = await createGroup(api, networkId);
    const networking = {
      securityGroups: [group],
      publicIP: true,
      allowedSourceAddresses: ["10.9.8.7/8"],
    };
    const name = `a${"b".repeat(62)}`;
    const tags = [{ name: "compute.unikorn-cloud.org/instance-id", value: "x=y" }];
    const body = serverBody(networkId, { networking, userData: SCRIPT }, { name, tags });
    const server = await create(api, "/api/v2/servers", body);
    assert.equal(at(server, "metadata.name"), name);
    assert.equal(at(server, "metadata.projectId"), PROJECT);
    assert.equal(at(server, "metadata.provisioningStatus"), "pending");
    assert.equal(at(server, "metadata.healthStatus"), "unknown");
    assert.deepEqual(at(server, "metadata.tags"), tags);
    assert.deepEqual(at(server, "spec.networking"), networking);
    assert.equal(at(server, "spec.userData"), SCRIPT);
    for (const member of ["powerState", "privateIP", "publicIP", "macAddress"]) {
      assert.equal(at(server, `status.${member}`), undefined, member);
    }
  });

  it("without networking, or with publicIP false, show none", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const body = serverBody(networkId, { networking: { publicIP: false, securityGroups: [] } });
    assert.equal(at(await create(api, "/api/v2/servers", body), "spec.networking"), undefined);
  });

  it("are refused for the first fault in the contract's order", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const wrong = {
      sshInjection: "ca",
      userData: Buffer.from("hello").toString("base64"),
      networking: { securityGroups: [ABSENT_ID], allowedSourceAddresses: ["x"] },
      imageId: ABSENT_ID,
      flavorId: ABSENT_ID,
    };
    // Each step mends the fault that was answered; what comes next must be the next one.
    const steps: readonly (readonly [object, number, RegExp])[] = [
      [{}, 422, /sshInjection/],
      [{ sshInjection: "none" }, 422, /userData/],
      [{ userData: SCRIPT }, 404, /security group/],
      [{ networking: { allowedSourceAddresses: ["x"] } }, 404, /image/],
      [{ imageId: IMAGE_ID }, 422, /flavor/],
      [{ flavorId: FLAVOR_ID }, 422, /prefix/],
    ];
    let spec: object = wrong;
    for (const [mend, status, text] of steps) {
      spec = { ...spec, ...mend };
      const body = serverBody(networkId, spec);
      const refused = await api.call("POST", "/api/v2/servers", { as: "user", body });
      assert.match(String(at(expectStatus(refused, status), "error_description")), text);
    }
    expectStatus(
      await api.call("POST", "/api/v2/servers", { body: serverBody(ABSENT_ID, wrong) }),
      404,
    );
  });

  it("are refused an update for the first fault in the contract's order", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const path = `/api/v2/servers/${await createServer(api, networkId)}`;
    let metadata = { name: "other" };
    let spec: object = {
      flavorId: ABSENT_ID,
      imageId: ABSENT_ID,
      userData: Buffer.from("hello").toString("base64"),
      networking: { securityGroups: [ABSENT_ID], allowedSourceAddresses: ["x"] },
    };
    const steps: readonly (readonly [object, number, RegExp])[] = [
      [{}, 422, /name is immutable/],
      [{ flavorId: ABSENT_ID }, 422, /flavor is immutable/],
      [{ flavorId: FLAVOR_ID }, 404, /security group/],
      [{ networking: { allowedSourceAddresses: ["x"] } }, 404, /image/],
      [{ imageId: OTHER_IMAGE_ID }, 422, /userData/],
      [{ userData: SCRIPT }, 422, /prefix/],
    ];
    for (const [index, [mend, status, text]] of steps.entries()) {
      if (index === 1) metadata = { name: "web" };
      spec = { ...spec, ...mend };
      const refused = await api.call("PUT", path, { body: { metadata, spec } });
      assert.match(String(at(expectStatus(refused, status), "error_description")), text);
    }
    expectStatus(await api.call("DELETE", path), 202);
    expectStatus(await api.call("PUT", path, { body: { metadata, spec } }), 409);
  });

  it("ignore what cannot be updated", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const path = `/api/v2/servers/${await createServer(api, networkId, { sshInjection: "none" })}`;
    const spec = {
      flavorId: FLAVOR_ID,
      imageId: IMAGE_ID,
      networkId: ABSENT_ID,
      sshInjection: "ca",
      infrastructureRef: "host-1",
      unknown: true,
    };
    const updated = await api.call("PUT", path, { body: { metadata: { name: "web" }, spec } });
    const server = expectStatus(updated, 202);
    assert.equal(at(server, "status.sshInjection"), "none");
    assert.equal(at(server, "status.infrastructureRef"), undefined);
    assert.equal(at(server, "status.networkId"), networkId);
    assert.equal(at(server, "metadata.generation"), 1);
  });

  it("refuse a security group that is named twice", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const group = await createGroup(api, networkId);
    const body = serverBody(networkId, { networking: { securityGroups: [group, group] } });
    expectStatus(await api.call("POST", "/api/v2/servers", { body }), 422);
  });

  it("keep tags that are reserved for services", async () => {
    const api = await world();
    const networkId = await createNetwork(api);
    const reserved = { name: "compute.unikorn-cloud.org:owner", value: "x" };
    const post = (as: string, name: string) =>
      api.call("POST", "/api/v2/servers", {
        as,
        body: serverBody(networkId, {}, { name, tags: [reserved] }),
      });
    expectStatus(await post("user", "mine"), 422);
    const server = expectStatus(await post("service", "theirs"), 201);
    const path = `/api/v2/servers/${String(at(server, "metadata.id"))}`;
    const put = (tags: object[]) =>
      api.call("PUT", path, {
        as: "user",
        body: {
          metadata: { name: "theirs", tags },
          spec: { flavorId: FLAVOR_ID, imageId: IMAGE_ID },
        },
      });
    const own = { name: "a", value: "b" };
    assert.deepEqual(at(expectStatus(await put([own]), 202), "metadata.tags"), [own, reserved]);
    expectStatus(await put([{ ...reserved, value: "y" }]), 422);
  });

  it("of a hidden project are 404 in every verb", async () => {
    const api = await world();
    const id = await createServer(api, await createNetwork(api));
    const path = `/api/v2/servers/${id}`;
    for (const [method, suffix, body] of [
      ["GET", "", undefined],
      ["DELETE", "", undefined],
      ["POST", "/start", undefined],
      ["POST", "/retry", undefined],
      ["GET", "/consoleoutput", undefined],
      ["POST", "/consolesessions", undefined],
      ["GET", "/sshkey", undefined],
      ["POST", "/snapshot", { metadata: { name: "x" }, spec: {} }],
    ] as const) {
      const call = { as: "stranger", ...(body === undefined ? {} : { body }) };
      expectStatus(await api.call(method, path + suffix, call), 404);
    }
    assert(api.store.get(SERVER, id)?.value.metadata.deletedAt === undefined);
  });

  it("say where the provider cannot do what is asked", async (t) => {
    const api = await startApi(t, {
      capabilities: { console: false, consoleOutput: false, snapshots: false },
    });
    const path = `/api/v2/servers/${await createServer(api, await createNetwork(api))}`;
    const body = { metadata: { name: "x" }, spec: {} };
    expectStatus(await api.call("POST", `${path}/consolesessions`), 422);
    expectStatus(await api.call("GET", `${path}/consoleoutput`), 422);
    expectStatus(await api.call("POST", `${path}/snapshot`, { body }), 422);
  });

  it("have no console output before there is a machine", async () => {
    const api = await world();
    const path = `/api/v2/servers/${await createServer(api, await createNetwork(api))}`;
    expectStatus(await api.call("GET", `${path}/consoleoutput`), 404);
  });
});
