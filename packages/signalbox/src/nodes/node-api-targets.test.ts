import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ImageService } from "#gen/machine/node_only_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { type Fields, node, nodes } from "./testing/js-node-client.ts";
import { NodeRig, ORGANIZATION_ID, OTHER_PROJECT_ID } from "./testing/node-rig.ts";
import { toldVersions } from "./testing/told-versions.ts";

const { version } = MachineService.method;
const READER = { roles: ["os:reader"] };
const ID_A = "a0000000-0000-4000-8000-000000000001";
const ID_B = "b0000000-0000-4000-8000-000000000002";
const ID_C = "c0000000-0000-4000-8000-000000000003";
const OTHER_NETWORK = "bbbbcccc-1234-5678-9abc-def012345678";

describe("which machines a call is for", () => {
  test("one machine, by every name that it has, and nothing is added to its reply", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a", privateIP: "10.0.0.10" });
    const client = await rig.clientFor(READER);
    const networkId = "aaaabbbb-1234-5678-9abc-def012345678";
    for (const name of [ID_A, "10.0.0.10", "a", "net-aaaa/a", `${networkId}/a`, "all"]) {
      const { reply } = await client.unary(version, node(name));
      assert.equal(reply?.messages[0]?.version?.tag, "v1.0.0-a", name);
      assert.equal(reply.messages[0].metadata, undefined);
    }
    assert.equal(rig.api.channels.kept, 1);
  });

  test("selectors: each machine once, under its own name", async (t) => {
    const rig = await NodeRig.use(t);
    const tags = [{ name: "role", value: "db" }];
    await rig.addAgent({ id: ID_A, name: "a", tags });
    await rig.addAgent({ id: ID_B, name: "b", networkId: OTHER_NETWORK });
    await rig.addAgent({ id: ID_C, name: "c", tags: [...tags, { name: "odd", value: "x=y,z" }] });
    const client = await rig.clientFor(READER);
    const chosen = async (...targets: string[]) => {
      const fields: Fields = [...nodes(...targets), ["node-order", "request"]];
      return toldVersions(await client.unary(version, fields));
    };
    assert.deepEqual(await chosen("tag=role=db"), ["a v1.0.0-a", "c v1.0.0-c"]);
    assert.deepEqual(await chosen("tag=odd=x=y,z"), ["c v1.0.0-c"]);
    assert.deepEqual(await chosen("network=net-bbbb"), ["b v1.0.0-b"]);
    assert.deepEqual(await chosen(`network=${OTHER_NETWORK}`), ["b v1.0.0-b"]);
    assert.deepEqual(await chosen("tag=role=db", "all"), [
      "a v1.0.0-a",
      "c v1.0.0-c",
      "b v1.0.0-b",
    ]);
    assert.deepEqual(await chosen("tag=role=web"), [
      'tag=role=web 5: rpc error: code = NotFound desc = no machine is selected by "tag=role=web"',
    ]);
    const several =
      '3 "all" selects 3 machines, and "node" is for one; send it as "nodes", or name them: a, b, c';
    assert.equal(toldVersions(await client.unary(version, node("all"))), several);
  });

  test("machines of one name are told apart", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a", privateIP: "10.0.0.10" });
    const twin = { id: ID_B, name: "a", networkId: OTHER_NETWORK, privateIP: "10.0.0.10" };
    await rig.addAgent(twin);
    const client = await rig.clientFor(READER);
    const candidates = `net-aaaa/a (${ID_A}), net-bbbb/a (${ID_B})`;
    for (const target of ["a", "10.0.0.10"]) {
      const ambiguous = `3 "${target}" is ambiguous: ${candidates}`;
      assert.equal(toldVersions(await client.unary(version, node(target))), ambiguous);
      assert.equal(toldVersions(await client.unary(version, nodes(ID_A, target))), ambiguous);
    }
    const all = toldVersions(
      await client.unary(version, [...nodes("all"), ["node-order", "request"]]),
    );
    assert.deepEqual(all, ["net-aaaa/a v1.0.0-a", "net-bbbb/a v1.0.0-a"]);
  });

  test("who is not there is NOT_FOUND, beside those who are", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    assert.equal(
      toldVersions(await client.unary(version, node("b"))),
      '5 no machine "b" has enrolled',
    );
    const fields: Fields = [...nodes("b", "a"), ["node-order", "request"], ["node-status", "1"]];
    const answer = await client.unary(version, fields);
    assert.deepEqual(toldVersions(answer), [
      'b 5: rpc error: code = NotFound desc = no machine "b" has enrolled',
      "a v1.0.0-a",
    ]);
    assert.deepEqual(answer.trailers?.get("node-status"), ["b 5, a 0"]);
  });

  test("another project's machines are not there", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    await rig.addAgent({
      id: ID_B,
      name: "a",
      projectId: OTHER_PROJECT_ID,
      networkId: OTHER_NETWORK,
    });
    const uris = [`signalbox://project/${ORGANIZATION_ID}/${OTHER_PROJECT_ID}`];
    const client = await rig.clientFor({ ...READER, uris });
    assert.equal(
      toldVersions(await client.unary(version, node(ID_A))),
      `5 no machine "${ID_A}" has enrolled`,
    );
    assert.deepEqual(toldVersions(await client.unary(version, nodes("a", "all"))), ["a v1.0.0-a"]);
    const broken = await rig.clientFor({ ...READER, uris: ["signalbox://project/"] });
    assert.equal(
      toldVersions(await broken.unary(version, node("a"))),
      '5 no machine "a" has enrolled',
    );
  });

  test("a list in one field is told how to be sent", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addMachine({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    const text = '3 "a,b" is no machine; give each machine of a list in a "nodes" field of its own';
    assert.equal(toldVersions(await client.unary(version, nodes("a,b"))), text);
    assert.equal(toldVersions(await client.unary(version, node("a,b"))), text);
  });

  test("what names no machine, or two of them", async (t) => {
    const rig = await NodeRig.use(t);
    const client = await rig.clientFor(READER);
    const answer = async (fields: Fields) => toldVersions(await client.unary(version, fields));
    assert.equal(await answer(nodes("a:50000")), '13 invalid target "a:50000"');
    assert.equal(
      await answer([...node("a"), ...node("b")]),
      "3 node metadata must be single-valued",
    );
    assert.match(String(await answer([])), /^9 no machine is named; set "node"/);
    assert.match(String(await answer(node(""))), /^9 no machine is named/);
    const { error } = await client.unary(ImageService.method.import, nodes("a"));
    assert.equal(
      error?.details,
      "one-2-many proxying is not supported for method /machine.ImageService/Import",
    );
  });

  test("a machine without a way to it is UNAVAILABLE", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addMachine({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    assert.match(
      String(toldVersions(await client.unary(version, node("a")))),
      /^14 machine a .* cannot be/,
    );
    assert.match(String(toldVersions(await client.unary(version, nodes("a")))), /^a 14: rpc error/);
  });

  test("other addresses only where they are allowed, and to operators", async (t) => {
    const rig = await NodeRig.use(t, { allow: ["127.0.0.0/8"] });
    const closed = await NodeRig.use(t);
    const agent = await rig.startAgent("x", [], ["127.0.0.1"]);
    const target = `127.0.0.1:${agent.port}`;
    const operator = await rig.clientFor(READER);
    assert.deepEqual(toldVersions(await operator.unary(version, nodes(target))), [
      `${target} v1.0.0-x`,
    ]);
    assert.equal(
      toldVersions(await operator.unary(version, node("10.0.0.1"))),
      '5 no machine "10.0.0.1" has enrolled',
    );
    const uris = [`signalbox://project/${ORGANIZATION_ID}/${OTHER_PROJECT_ID}`];
    const tenant = await rig.clientFor({ ...READER, uris });
    assert.match(String(toldVersions(await tenant.unary(version, node(target)))), /^5 no machine/);
    const other = await closed.clientFor(READER);
    assert.equal(
      toldVersions(await other.unary(version, node(target))),
      `13 invalid target "${target}"`,
    );
    assert.match(
      String(toldVersions(await other.unary(version, node("127.0.0.1")))),
      /^5 no machine/,
    );
  });
});
