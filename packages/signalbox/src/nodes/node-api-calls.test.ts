import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Data } from "#gen/common/common_pb.js";
import { ReadRequestSchema } from "#gen/machine/files_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { useBlackHole } from "./testing/black-hole.ts";
import { encoded, type Fields, node, nodes } from "./testing/js-node-client.ts";
import { NodeRig } from "./testing/node-rig.ts";
import { toldVersions } from "./testing/told-versions.ts";

const { version, logs, read } = MachineService.method;
const READER = { roles: ["os:reader"] };
const ID_A = "a0000000-0000-4000-8000-000000000001";
const ID_B = "b0000000-0000-4000-8000-000000000002";
const ID_C = "c0000000-0000-4000-8000-000000000003";

describe("calls to machines", () => {
  test("several, in the order asked for, repeated ones twice", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a", privateIP: "10.0.0.10" });
    await rig.addAgent({ id: ID_B, name: "b" });
    const client = await rig.clientFor(READER);
    const fields: Fields = [...nodes("b", "10.0.0.10", "b"), ["node-order", "request"]];
    assert.deepEqual(toldVersions(await client.unary(version, fields)), [
      "b v1.0.0-b",
      "10.0.0.10 v1.0.0-a",
      "b v1.0.0-b",
    ]);
  });

  test("hundreds of fields, each a machine", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    const names = Array.from({ length: 500 }, () => "a");
    const { reply } = await client.unary(version, nodes(...names));
    assert.equal(reply?.messages.length, 500);
    assert.equal(rig.api.channels.kept, 1);
  });

  test("a machine that is named twice answers once where that is configured", async (t) => {
    const rig = await NodeRig.use(t, { dropsDuplicates: true });
    await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    const answer = await client.unary(version, nodes("a", ID_A, "a"));
    assert.deepEqual(toldVersions(answer), ["a v1.0.0-a"]);
  });

  test("no more machines than may be, each time one is named counted", async (t) => {
    const rig = await NodeRig.use(t, { maxNodes: 2 });
    for (const [id, name] of [
      [ID_A, "a"],
      [ID_B, "b"],
      [ID_C, "c"],
    ] as const) {
      await rig.addMachine({ id, name });
    }
    const client = await rig.clientFor(READER);
    const text = "3 the call is for 3 machines; 2 is the most";
    assert.equal(toldVersions(await client.unary(version, nodes("a", "a", "a"))), text);
    assert.equal(toldVersions(await client.unary(version, nodes("all"))), text);
  });

  test("enough answers are enough", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    await rig.addMachine({ id: ID_B, name: "b" });
    rig.reachAt(ID_B, await useBlackHole(t));
    const client = await rig.clientFor(READER);
    const one = await client.unary(version, [...nodes("b", "a"), ["node-completion", "1"]]);
    assert.deepEqual(toldVersions(one), ["a v1.0.0-a"]);
    const [record] = await rig.auditOf(1);
    assert.deepEqual(
      record?.nodes.map(({ code }) => code),
      ["CANCELLED", "OK"],
    );
  });

  test("streams: each machine's messages, and the failures among them", async (t) => {
    const rig = await NodeRig.use(t);
    const agent = await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    const stream = client.stream(logs, nodes("b", "a"));
    const told: (readonly [string | undefined, string, number | undefined])[] = [];
    for await (const chunk of stream) {
      const { metadata, bytes } = chunk as Data;
      told.push([metadata?.hostname, Buffer.from(bytes).toString(), metadata?.status?.code]);
      if (told.length === 2) agent.sayMore();
      if (told.length === 3) break;
    }
    assert.deepEqual(told, [
      ["b", "", 5],
      ["a", "a", undefined],
      ["a", "a", undefined],
    ]);
  });

  test("large replies go through, to one and of several", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    await rig.addAgent({ id: ID_B, name: "b" });
    const client = await rig.clientFor({ roles: ["os:admin"] });
    const size = 11 * 1024 * 1024;
    const request = encoded(ReadRequestSchema, { path: String(size) });
    for (const [fields, count] of [
      [node("a"), 1],
      [nodes("a", "b"), 2],
    ] as const) {
      const sizes: number[] = [];
      for await (const chunk of client.stream(read, fields, request)) {
        sizes.push((chunk as Data).bytes.length);
      }
      assert.deepEqual(
        sizes,
        Array.from({ length: count }, () => size),
      );
    }
  });

  test("what a caller wishes must be known", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    for (const [name, value] of [
      ["node-completion", "most"],
      ["node-completion", "0"],
      ["node-order", "name"],
      ["node-envelope", "no"],
    ] as const) {
      const { error } = await client.unary(version, [...nodes("a"), [name, value]]);
      assert.equal(error?.code, 3);
      assert.match(error.details, new RegExp(`^${name} is "${value}", not `));
    }
  });

  test("replies of methods that know nothing of machines can be wrapped", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor({ roles: ["os:admin"] });
    const wrapped: Fields = [
      ...nodes("a", "b"),
      ["node-envelope", "wrap"],
      ["node-order", "request"],
    ];
    const { reply } = await client.bytes("/machine.ImageService/Remove", wrapped);
    // NodeReplies { NodeReply { node: "a", status: { UNIMPLEMENTED, … } }, NodeReply { node: "b", … } }
    assert.match(reply?.toString("hex") ?? "", /^0a..0a01611a..080c12.*0a..0a01621a..080512/);
  });
});
