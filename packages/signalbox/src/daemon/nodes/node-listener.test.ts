import assert from "node:assert/strict";
import { test } from "node:test";
import { noMetrics, silentLog, systemClock, systemRandom, createLog } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { MachineService } from "#gen/machine/machine_pb.js";
import { noAudit } from "@signalbox/http";
import { HealthRegistry } from "@signalbox/ops";
import { REGION_ID } from "../../reconcilers/testing/fixtures.ts";
import { JsNodeClient, node } from "../../nodes/testing/js-node-client.ts";
import { NodeRig } from "../../nodes/testing/node-rig.ts";
import { logLine } from "./access-lines.ts";
import { listenerNames } from "./listener-names.ts";
import { createNodeListener } from "./node-listener.ts";

const { version } = MachineService.method;
const ID_A = "a0000000-0000-4000-8000-000000000001";

const CONFIG = {
  node: { allow: [], maxTargets: 10, duplicates: "keep" as const, connectTimeout: "60s" },
  authority: {
    daemonLifetime: "24h",
    machineLifetime: "720h",
    personLifetime: "24h",
    joinTokenLifetime: "1h",
    names: ["daemon.example"],
  },
};

test("a listener dials where the machine's provider says, and tells of it", async (t) => {
  const rig = await NodeRig.use(t);
  await rig.addMachine({ id: ID_A, name: "a" });
  const agent = await rig.startAgent("a", [ID_A]);
  const asked: string[] = [];
  const agentAddress = (serverId: string): string => {
    asked.push(serverId);
    return agent.address;
  };
  const lines: string[] = [];
  const listener = await createNodeListener(
    {
      config: CONFIG,
      clock: systemClock,
      random: systemRandom,
      log: createLog({ destination: { write: () => assert.fail("the log may block") } }),
      metrics: noMetrics,
      health: new HealthRegistry(systemClock),
    },
    {
      store: rig.store,
      audit: noAudit,
      authority: () => Promise.resolve(rig.authority),
      providers: new Map([[REGION_ID, { agentAddress }]]),
      listensAt: "127.0.0.1",
      writeText: async (text) => void lines.push(text),
    },
  );
  const { port } = await listener.listen({ port: 0 });
  const identity = await rig.certificateFor({ roles: ["os:reader"] });
  const client = JsNodeClient.use(t, `127.0.0.1:${port}`, identity);
  const { reply, error } = await client.unary(version, node("a"));
  assert.equal(error?.details, undefined);
  assert.equal(reply?.messages[0]?.version?.tag, "v1.0.0-a");
  assert.deepEqual(asked, [ID_A]);
  await until(() => lines.length === 1);
  const { time, ...line } = JSON.parse(lines[0] ?? "") as Record<string, string>;
  assert.ok(Date.parse(time ?? "") > 0);
  assert.match(line["msg"] ?? "", /^OK \[\/machine\.MachineService\/Version\]/);
  assert.deepEqual([line["level"], line["part"]], ["info", "node access"]);
  client.close();
  await listener.close(1);
  assert.deepEqual(listener.statistics(), {
    calls: 0,
    connections: 0,
    streams: 0,
    timers: 0,
    kept: 0,
    closing: 0,
  });
});

test("a listener is believed under its own names, and every address when it listens on all", () => {
  const one = listenerNames("192.0.2.7", ["daemon.example", "192.0.2.9"]);
  assert.ok(one.names.includes("daemon.example") && one.names.includes("localhost"));
  for (const address of ["192.0.2.7", "192.0.2.9", "127.0.0.1", "::1"]) {
    assert.ok(one.addresses.includes(address), address);
  }
  const { names, addresses } = listenerNames("0.0.0.0", []);
  assert.ok(addresses.includes("127.0.0.1") && !addresses.includes("0.0.0.0"));
  assert.ok(!names.includes("0.0.0.0"));
});

test("who wants to hear of warnings alone hears nothing of calls", () => {
  assert.equal(logLine("x", { clock: systemClock, log: silentLog }), undefined);
});
