import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { connect } from "node:tls";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { MachineService } from "#gen/machine/machine_pb.js";
import { NodeRig } from "./testing/node-rig.ts";
import { type Fields, JsNodeClient, node, nodes } from "./testing/js-node-client.ts";

const { version, reboot } = MachineService.method;
const ID_A = "a0000000-0000-4000-8000-000000000001";
const ID_B = "b0000000-0000-4000-8000-000000000002";
const A = { id: ID_A, name: "a" };
const UNAVAILABLE = 14;
const PERMISSION_DENIED = 7;

describe("who may connect", () => {
  test("nobody without a certificate for clients of this authority; each try is audited", async (t) => {
    const rig = await NodeRig.use(t);
    const other = await NodeRig.use(t);
    const agent = await rig.addAgent(A);
    const admin = { roles: ["os:admin"], name: "s".repeat(1_000) };
    const { ca } = await rig.certificateFor(admin);
    const foreign = await other.certificateFor(admin);
    for (const [identity, reason] of [
      [{ ca }, "no client certificate was shown"],
      [{ ...foreign, ca }, "no verified chains: UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
      [
        await rig.certificateFor({ ...admin, usage: "server" }),
        "no verified chains: INVALID_PURPOSE",
      ],
      [
        await rig.certificateFor({ ...admin, validMs: -1_000 }),
        "no verified chains: CERT_HAS_EXPIRED",
      ],
    ] as const) {
      rig.audited.length = 0;
      const client = JsNodeClient.use(t, rig.address, identity);
      const { error } = await client.unary(version, node("a"));
      assert.equal(error?.code, UNAVAILABLE);
      const [event] = await rig.auditOf(1);
      assert.equal(event?.outcome.reason, reason);
      assert.deepEqual([event.operation, event.outcome.status], ["connect", 401]);
      assert.equal(event.sourceAddress, "127.0.0.1");
      const claimed = "cert" in identity ? `${"s".repeat(256)}…` : undefined;
      const { actor, roles, claimedName } = event;
      assert.deepEqual(
        { actor, roles, claimedName },
        { actor: undefined, roles: [], claimedName: claimed },
      );
      client.close();
    }
    assert.equal(agent.server.connections, 0);
  });
});

test("a flood of connections without certificates is audited in part", async (t) => {
  const rig = await NodeRig.use(t, { clock: new VirtualClock(Date.now()) });
  const { ca } = await rig.certificateFor({ roles: [] });
  for (let tries = 0; tries < 40; tries++) {
    const socket = connect({ host: "127.0.0.1", port: rig.port, ca });
    await once(
      socket.resume().on("error", () => {}),
      "close",
    );
  }
  assert.equal(rig.audited.length, 20);
});

describe("what a caller may do", () => {
  test("roles are those of the certificate; what they do not allow is refused undialled", async (t) => {
    const rig = await NodeRig.use(t);
    const agent = await rig.addAgent(A);
    const reader = await rig.clientFor({ roles: ["os:reader", " os:reader"], name: "reader" });
    const { error } = await reader.unary(reboot, node("a"));
    assert.deepEqual([error?.code, error?.details], [PERMISSION_DENIED, "not authorized"]);
    const { reply } = await reader.unary(reboot, nodes("a", "all"));
    const refused = "rpc error: code = PermissionDenied desc = not authorized";
    assert.deepEqual(
      reply?.messages.map(({ metadata }) => [metadata?.hostname, metadata?.error]),
      [
        ["a", refused],
        ["all", refused],
      ],
    );
    assert.equal(agent.server.connections, 0);
    const [one, many] = await rig.auditOf(2);
    assert.equal(one?.actor, "reader");
    assert.deepEqual(one.roles, ["os:reader"]);
    assert.equal(one.operation, "machine.MachineService/Reboot");
    assert.deepEqual(one.nodes, [{ name: "a", code: "PERMISSION_DENIED" }]);
    assert.equal(one.outcome.code, "PERMISSION_DENIED");
    assert.deepEqual(
      many?.nodes.map(({ code }) => code),
      ["PERMISSION_DENIED", "PERMISSION_DENIED"],
    );
  });

  test("a certificate without roles may do nothing", async (t) => {
    const rig = await NodeRig.use(t);
    const agent = await rig.addAgent(A);
    const client = await rig.clientFor({ roles: [] });
    for (const fields of [node("a"), []]) {
      const { error } = await client.unary(version, fields);
      assert.deepEqual([error?.code, error?.details], [PERMISSION_DENIED, "not authorized"]);
    }
    const { reply } = await client.unary(version, nodes("a"));
    assert.equal(reply?.messages[0]?.metadata?.status?.code, PERMISSION_DENIED);
    assert.equal(agent.server.connections, 0);
    assert.equal((await rig.auditOf(3)).length, 3);
  });

  test("a connection that outlives its certificate makes no more calls", async (t) => {
    const clock = new VirtualClock(Date.now());
    const rig = await NodeRig.use(t, { clock });
    await rig.addAgent(A);
    const client = await rig.clientFor({ roles: ["os:reader"], validMs: 3_600_000 });
    assert.equal((await client.unary(version, node("a"))).error, undefined);
    // Pings are every two hours, and time that jumps waits for no answer to one.
    await clock.advance(1.5 * 3_600_000);
    await until(() => rig.api.held.connections === 1, "the caller's stays, the machine's was idle");
    const { error } = await client.unary(version, node("a"));
    assert.deepEqual([error?.code, error?.details], [16, "the client certificate has expired"]);
    assert.equal((await rig.auditOf(2))[1]?.outcome.code, "UNAUTHENTICATED");
  });

  test("the machine is told the roles that are true, and where the call came from", async (t) => {
    const rig = await NodeRig.use(t);
    const agent = await rig.addAgent(A);
    const client = await rig.clientFor({ roles: ["os:reader", "os:admin", "of:nobody"] });
    await client.unary(version, [...node("a"), ["runtime", "Talos"], ["x", "1"], ["x", "2"]]);
    const [call] = agent.seen;
    const of = (name: string): readonly string[] => call?.metadata.getAll(name) ?? [];
    assert.deepEqual(of("talos-role"), ["of:nobody", "os:admin", "os:reader"]);
    assert.deepEqual(of("proxyfrom"), [rig.address]);
    assert.deepEqual(of("runtime"), ["Talos"]);
    assert.deepEqual(of("x"), ["1", "2"]);
    assert.deepEqual([...of("node"), ...of("nodes")], []);
  });

  test("headers that only daemons set are refused from everybody else", async (t) => {
    const rig = await NodeRig.use(t);
    const agent = await rig.addAgent(A);
    for (const roles of [["os:reader"], ["os:admin"], []]) {
      const client = await rig.clientFor({ roles, name: "forger" });
      for (const [name, value] of [
        ["talos-role", "os:admin"],
        ["proxyfrom", "10.0.0.1"],
      ] as const) {
        for (const where of [node("a"), nodes("a"), []]) {
          rig.audited.length = 0;
          const forged: Fields = [...where, [name, value]];
          const { error } = await client.unary(version, forged);
          const text = `the header ${name} is not the caller's to set`;
          assert.deepEqual([error?.code, error?.details], [PERMISSION_DENIED, text]);
          const [event] = await rig.auditOf(1);
          assert.equal(event?.actor, "forger");
          assert.equal(event.outcome.reason, text);
        }
      }
    }
    assert.equal(agent.server.connections, 0);
  });

  test("who may speak for others is believed", async (t) => {
    const rig = await NodeRig.use(t);
    const agent = await rig.addAgent(A);
    const client = await rig.clientFor({ roles: ["os:impersonator"], name: "daemon" });
    const { reply } = await client.unary(version, [...node("a"), ["talos-role", "os:reader"]]);
    assert.equal(reply?.messages.length, 1);
    assert.deepEqual(agent.seen[0]?.metadata.getAll("talos-role"), ["os:reader"]);
    const own = await client.unary(version, node("a"));
    assert.equal(own.error?.code, PERMISSION_DENIED);
    const passedOn: Fields = [...node("a"), ["talos-role", "os:reader"], ["proxyfrom", "x"]];
    const local = await client.unary(version, passedOn);
    assert.match(local.error?.details ?? "", /^no machine is named/);
    const [event] = await rig.auditOf(3);
    assert.deepEqual([event?.actor, event?.roles], ["daemon", ["os:reader"]]);
  });

  test("a machine that shows another one's certificate is not talked to", async (t) => {
    const rig = await NodeRig.use(t);
    const impostor = await rig.addAgent(A, ID_B);
    const client = await rig.clientFor({ roles: ["os:reader"] });
    const { error } = await client.unary(version, node("a"));
    assert.equal(error?.code, UNAVAILABLE);
    assert.match(error.details, /altnames/i);
    assert.equal(impostor.seen.length, 0);
  });

  test("a machine of another authority is not talked to", async (t) => {
    const rig = await NodeRig.use(t);
    const other = await NodeRig.use(t);
    const foreign = await other.addAgent(A);
    await rig.addMachine(A);
    rig.reachAt(ID_A, foreign.address);
    const client = await rig.clientFor({ roles: ["os:reader"] });
    const { error } = await client.unary(version, node("a"));
    assert.equal(error?.code, UNAVAILABLE);
    assert.match(error.details, /self-signed|unable to (get|verify)/i);
    assert.equal(foreign.seen.length, 0);
  });

  test("without an audit there are no calls", async (t) => {
    const rig = await NodeRig.use(t);
    const agent = await rig.addAgent(A);
    rig.audit.accepting = false;
    const client = await rig.clientFor({ roles: ["os:admin"] });
    const { error } = await client.unary(version, node("a"));
    assert.deepEqual([error?.code, error?.details], [14, "the audit log cannot be written"]);
    assert.equal(agent.server.connections, 0);
  });
});

test("what is told of each call: nodes with their codes, and one line", async (t) => {
  const rig = await NodeRig.use(t);
  await rig.addAgent(A);
  const client = await rig.clientFor({ roles: ["os:reader"], name: "reader" });
  const fields: Fields = [...nodes("a", "b"), ["authorization", "Bearer secret"], ["token", "s"]];
  await client.unary(version, fields);
  const [event] = await rig.auditOf(1);
  assert.deepEqual(event?.nodes, [
    { name: "a", serverId: ID_A, code: "OK" },
    { name: "b", code: "NOT_FOUND" },
  ]);
  assert.deepEqual(event.outcome, { status: 200, code: "OK" });
  assert.match(event.certificate ?? "", /^([0-9A-F]{2}:){31}/);
  assert.equal(rig.accessLines.length, 1);
  assert.match(
    rig.accessLines[0] ?? "",
    /^OK \[\/machine\.MachineService\/Version\] [\d.]+ms stream Success \{by reader; roles os:reader; nodes 2\} \(accept-encoding=identity;authorization=<hidden>;nodes=a,b;peer=127\.0\.0\.1:\d+;token=<hidden>\)$/,
  );
});

test("what strangers sent is audited in part", async (t) => {
  const rig = await NodeRig.use(t);
  const client = await rig.clientFor({ roles: ["os:admin"] });
  const long = "x".repeat(10_000);
  await client.bytes(`/machine.MachineService/${long}`, node(long));
  await client.bytes("/machine.MachineService/Version", nodes(long));
  const events = await rig.auditOf(2);
  assert.equal(events[0]?.path, `/machine.MachineService/${"x".repeat(232)}…`);
  assert.deepEqual(events[1]?.nodes, [{ name: `${"x".repeat(256)}…`, code: "NOT_FOUND" }]);
  for (const event of events) assert.ok(JSON.stringify(event).length < 4_000);
});
