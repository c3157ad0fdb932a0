import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, clientOf } from "@signalbox/grpc";
import {
  Explain,
  ExplainRequestSchema,
  ExplainResponse_Mode,
} from "#gen/signalbox/node/v1/explain_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { encoded, JsNodeClient } from "./testing/js-node-client.ts";
import { NodeRig, ORGANIZATION_ID, PROJECT_ID } from "./testing/node-rig.ts";

const { explain } = Explain.method;
const ID_A = "a0000000-0000-4000-8000-000000000001";
const REBOOT = "/machine.MachineService/Reboot";
const VERSION = "/machine.MachineService/Version";

test("explain tells what would be dialled, as whom, and why not, without dialling", async (t) => {
  const rig = await NodeRig.use(t);
  const agent = await rig.addAgent({ id: ID_A, name: "a" });
  const uris = [`signalbox://project/${ORGANIZATION_ID}/${PROJECT_ID}`];
  const reader = await rig.clientFor({ roles: ["os:reader"], uris });
  const ask = async (request: Parameters<typeof encoded<typeof ExplainRequestSchema>>[1]) => {
    const { reply, error } = await reader.unary(
      explain,
      [],
      encoded(ExplainRequestSchema, request),
    );
    assert.equal(error?.details, undefined);
    assert.ok(reply);
    const targets = reply.targets.map(({ name, serverId, dial, identity, refusal }) => ({
      name,
      serverId,
      dial,
      identity,
      refused: refusal?.code,
    }));
    return { ...reply, targets };
  };
  const there = { serverId: ID_A, dial: agent.address, identity: ID_A, refused: undefined };

  const one = await ask({ method: VERSION, node: "a" });
  assert.equal(one.mode, ExplainResponse_Mode.ONE_TO_ONE);
  assert.deepEqual(one.targets, [{ name: "a", ...there }]);
  assert.deepEqual(one.roles, ["os:reader"]);
  assert.deepEqual(one.rolesAllowed, ["os:admin", "os:operator", "os:reader"]);
  assert.equal(one.streamed, false);

  const many = await ask({ method: VERSION, nodes: ["b", "all"] });
  assert.equal(many.mode, ExplainResponse_Mode.ONE_TO_MANY);
  const absent = { serverId: "", dial: "", identity: "", refused: 5 };
  assert.deepEqual(many.targets, [
    { name: "b", ...absent },
    { name: "a", ...there },
  ]);

  const refused = await ask({ method: REBOOT, nodes: ["a"] });
  assert.deepEqual(refused.targets, [{ name: "a", ...absent, refused: 7 }]);
  const none = await ask({ method: REBOOT, node: "a" });
  assert.deepEqual([none.mode, none.refusal?.code], [ExplainResponse_Mode.REFUSED, 7]);
  const odd = await ask({ method: VERSION, nodes: ["a"], order: "name" });
  assert.deepEqual([odd.mode, odd.refusal?.code], [ExplainResponse_Mode.REFUSED, 3]);
  assert.equal(agent.server.connections, 0);
});

test("the daemon's own services want roles too, but for health", async (t) => {
  const rig = await NodeRig.use(t);
  const nobody = await rig.clientFor({ roles: [] });
  const explained = await nobody.unary(explain, []);
  assert.deepEqual([explained.error?.code, explained.error?.details], [7, "not authorized"]);
  const health = await nobody.bytes("/grpc.health.v1.Health/Check", []);
  assert.equal(health.reply?.toString("hex"), "0801");
});

for (const version of ["v1", "v1alpha"]) {
  test(`reflection ${version} knows the daemon's services and those of machines`, async (t) => {
    const rig = await NodeRig.use(t);
    const client = await rig.clientFor({ roles: ["os:reader"] });
    // list_services = 7, and file_containing_symbol = 4, of ServerReflectionRequest.
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const [list] = await client.bidi(path, [Buffer.from("3a012a", "hex")]);
    const names = list?.toString("latin1") ?? "";
    for (const name of [
      "machine.MachineService",
      "time.TimeService",
      "machine.LifecycleService",
      "signalbox.node.v1.Explain",
      "grpc.health.v1.Health",
    ]) {
      assert.ok(names.includes(name), name);
    }
    const symbol = MachineService.typeName;
    const wanted = Buffer.concat([Buffer.from([0x22, symbol.length]), Buffer.from(symbol)]);
    const [file] = await client.bidi(path, [wanted]);
    assert.match(file?.toString("latin1") ?? "", /PacketCapture/);
  });
}

test("our own client, and calls at once to a service that is being loaded", async (t) => {
  const rig = await NodeRig.use(t);
  await rig.addAgent({ id: ID_A, name: "a" });
  const identity = await rig.certificateFor({ roles: ["os:reader"] });
  const channel = new Channel(rig.address, { tls: { material: () => identity } });
  t.after(() => channel.destroy());
  const client = clientOf(Explain, channel);
  const asked = Array.from({ length: 20 }, () => client.explain({ method: VERSION, node: "a" }));
  for (const answer of await Promise.all(asked)) assert.equal(answer.targets[0]?.serverId, ID_A);
  const stranger = JsNodeClient.use(t, rig.address, { ca: identity.ca });
  assert.equal((await stranger.unary(explain, [])).error?.code, 14);
});
