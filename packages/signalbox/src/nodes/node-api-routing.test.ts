import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import type { Data } from "#gen/common/common_pb.js";
import { ReadRequestSchema } from "#gen/machine/files_pb.js";
import { ImageService } from "#gen/machine/node_only_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { VersionResponse } from "#gen/machine/system_pb.js";
import { OTHER_PROJECT_ID, ORGANIZATION_ID, NodeRig } from "./testing/node-rig.ts";
import { encoded, type Fields, type JsAnswer, node, nodes } from "./testing/js-node-client.ts";

const { version, logs, read } = MachineService.method;
const READER = { roles: ["os:reader"] };
const ID_A = "a0000000-0000-4000-8000-000000000001";
const ID_B = "b0000000-0000-4000-8000-000000000002";
const ID_C = "c0000000-0000-4000-8000-000000000003";
const OTHER_NETWORK = "bbbbcccc-1234-5678-9abc-def012345678";

/** A port that takes connections and never says a word. */
async function useBlackHole(t: TestContext): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `127.0.0.1:${address.port}`;
}

/** `NAME TAG` of each reply, `NAME CODE: ERROR` of a failure; the call's own failure alone. */
function told({ error, reply }: JsAnswer<VersionResponse>): readonly string[] | string {
  if (error !== undefined) return `${error.code} ${error.details}`;
  return (reply?.messages ?? []).map(({ metadata, version: info }) => {
    const { hostname, error: text, status } = metadata ?? {};
    if (status !== undefined) return `${hostname} ${status.code}: ${text}`;
    return `${hostname} ${info?.tag}`;
  });
}

describe("calls to machines", () => {
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

  test("several, in the order asked for, repeated ones twice", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a", privateIP: "10.0.0.10" });
    await rig.addAgent({ id: ID_B, name: "b" });
    const client = await rig.clientFor(READER);
    const fields: Fields = [...nodes("b", "10.0.0.10", "b"), ["node-order", "request"]];
    assert.deepEqual(told(await client.unary(version, fields)), [
      "b v1.0.0-b",
      "10.0.0.10 v1.0.0-a",
      "b v1.0.0-b",
    ]);
  });

  test("a machine that is named twice answers once where that is configured", async (t) => {
    const rig = await NodeRig.use(t, { dropsDuplicates: true });
    await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    const answer = await client.unary(version, nodes("a", ID_A, "a"));
    assert.deepEqual(told(answer), ["a v1.0.0-a"]);
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
    assert.equal(told(await client.unary(version, nodes("a", "a", "a"))), text);
    assert.equal(told(await client.unary(version, nodes("all"))), text);
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
      return told(await client.unary(version, fields));
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
    const several = '3 "all" selects 3 machines, and "node" is for one; send it as "nodes"';
    assert.equal(told(await client.unary(version, node("all"))), several);
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
      assert.equal(told(await client.unary(version, node(target))), ambiguous);
      assert.equal(told(await client.unary(version, nodes(ID_A, target))), ambiguous);
    }
    const all = told(await client.unary(version, [...nodes("all"), ["node-order", "request"]]));
    assert.deepEqual(all, ["net-aaaa/a v1.0.0-a", "net-bbbb/a v1.0.0-a"]);
  });

  test("who is not there is NOT_FOUND, beside those who are", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    assert.equal(told(await client.unary(version, node("b"))), '5 no machine "b" has enrolled');
    const fields: Fields = [...nodes("b", "a"), ["node-order", "request"], ["node-status", "1"]];
    const answer = await client.unary(version, fields);
    assert.deepEqual(told(answer), [
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
      told(await client.unary(version, node(ID_A))),
      `5 no machine "${ID_A}" has enrolled`,
    );
    assert.deepEqual(told(await client.unary(version, nodes("a", "all"))), ["a v1.0.0-a"]);
    const broken = await rig.clientFor({ ...READER, uris: ["signalbox://project/"] });
    assert.equal(told(await broken.unary(version, node("a"))), '5 no machine "a" has enrolled');
  });

  test("a list in one field is told how to be sent", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addMachine({ id: ID_A, name: "a" });
    const client = await rig.clientFor(READER);
    const text = '3 "a,b" is no machine; give each machine of a list in a "nodes" field of its own';
    assert.equal(told(await client.unary(version, nodes("a,b"))), text);
    assert.equal(told(await client.unary(version, node("a,b"))), text);
  });

  test("what names no machine, or two of them", async (t) => {
    const rig = await NodeRig.use(t);
    const client = await rig.clientFor(READER);
    const answer = async (fields: Fields) => told(await client.unary(version, fields));
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
      String(told(await client.unary(version, node("a")))),
      /^14 machine a .* cannot be/,
    );
    assert.match(String(told(await client.unary(version, nodes("a")))), /^a 14: rpc error/);
  });

  test("other addresses only where they are allowed, and to operators", async (t) => {
    const rig = await NodeRig.use(t, { allow: ["127.0.0.0/8"] });
    const closed = await NodeRig.use(t);
    const agent = await rig.startAgent("x", [], ["127.0.0.1"]);
    const target = `127.0.0.1:${agent.port}`;
    const operator = await rig.clientFor(READER);
    assert.deepEqual(told(await operator.unary(version, nodes(target))), [`${target} v1.0.0-x`]);
    assert.equal(
      told(await operator.unary(version, node("10.0.0.1"))),
      '5 no machine "10.0.0.1" has enrolled',
    );
    const uris = [`signalbox://project/${ORGANIZATION_ID}/${OTHER_PROJECT_ID}`];
    const tenant = await rig.clientFor({ ...READER, uris });
    assert.match(String(told(await tenant.unary(version, node(target)))), /^5 no machine/);
    const other = await closed.clientFor(READER);
    assert.equal(told(await other.unary(version, node(target))), `13 invalid target "${target}"`);
    assert.match(String(told(await other.unary(version, node("127.0.0.1")))), /^5 no machine/);
  });

  test("enough answers are enough", async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent({ id: ID_A, name: "a" });
    await rig.addMachine({ id: ID_B, name: "b" });
    rig.reachAt(ID_B, await useBlackHole(t));
    const client = await rig.clientFor(READER);
    const one = await client.unary(version, [...nodes("b", "a"), ["node-completion", "1"]]);
    assert.deepEqual(told(one), ["a v1.0.0-a"]);
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
