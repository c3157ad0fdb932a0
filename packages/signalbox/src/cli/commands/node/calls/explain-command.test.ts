import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeCliRig } from "./testing/node-cli-rig.ts";

const WEB = { id: "a0000000-0000-4000-8000-000000000001", name: "web" };

test("node explain: what a call would come to", async (t) => {
  const rig = await NodeCliRig.use(t);
  const agent = await rig.nodes.addAgent(WEB);
  const explain = (args: readonly string[], role = "os:operator") =>
    rig.run(["explain", ...args], { role });

  await t.test("machines that would be called", async () => {
    const { code, stdout, stderr } = await explain(["Reboot", "-n", "all"]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(
      stdout.split("\n").map((line) => line.trimEnd().replaceAll(/ {2,}/g, "|")),
      [
        "/machine.MachineService/Reboot: to each machine named",
        "as os:operator; allowed to os:admin, os:operator",
        "",
        "NODE|SERVER|DIALS|CERTIFICATE OF",
        `web|${WEB.id}|${agent.address}|${WEB.id}`,
        "",
      ],
    );
  });

  await t.test("a stream from one machine", async () => {
    const { code, stdout } = await explain([
      "machine.MachineService/List",
      "--single",
      "-n",
      "web",
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^\/machine\.MachineService\/List: to one machine, a stream of replies$/m);
  });

  await t.test("ends as the call would: a machine that is not there", async () => {
    const { code, stdout, stderr, fault } = await explain(["Version", "-n", "gone,web"]);
    assert.deepEqual({ code, fault }, { code: 1, fault: "1 of the machines failed" });
    assert.match(stderr, /^error from node gone: no machine "gone" has enrolled; .+\n$/);
    assert.match(stdout, /^web /m);
  });

  await t.test("ends as the call would: the whole of it refused", async () => {
    const { code, stdout, fault } = await explain(["Reboot", "--single", "-n", "web"], "os:reader");
    assert.deepEqual(
      { code, fault },
      { code: 4, fault: "not authorized; the role os:operator would do" },
    );
    assert.match(
      stdout,
      /^\/machine\.MachineService\/Reboot: refused \(PERMISSION_DENIED\)\nas os:reader; /,
    );
  });

  await t.test("a method that is not there", async () => {
    const { code, stdout, fault } = await explain(["Nope", "-n", "web"]);
    assert.deepEqual([code === 0, stdout], [false, ""]);
    assert.match(fault ?? "", /machine\.MachineService has no method Nope\.$/);
    assert.equal((await explain(["/their.Service/Any", "-n", "web", "--single"])).code, 4);
  });

  await t.test("for programs", async () => {
    const { stdout } = await explain(["Version", "-n", "web", "-o", "json"]);
    const plan = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    assert.deepEqual(plan["targets"], [
      { name: "web", serverId: WEB.id, dial: agent.address, identity: WEB.id },
    ]);
    assert.equal(plan["mode"], "MODE_ONE_TO_MANY");
  });

  await t.test("nothing was dialled", () => assert.equal(agent.server.connections, 0));
});
