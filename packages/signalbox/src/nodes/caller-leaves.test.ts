import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { MetricsRegistry, metricsPort, scrapeText } from "@signalbox/ops";
import { LogsRequestSchema } from "#gen/machine/logs_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { encoded, nodes } from "./testing/js-node-client.ts";
import { NodeRig } from "./testing/node-rig.ts";

const A = { id: "a0000000-0000-4000-8000-000000000001", name: "a" };
const B = { id: "b0000000-0000-4000-8000-000000000002", name: "b" };

test("a caller that leaves a stream of two machines: both are told, and it is one line (node-api §2.8)", async (t) => {
  const registry = new MetricsRegistry({ clock: systemClock });
  const rig = await NodeRig.use(t, { metrics: metricsPort(registry) });
  const agents = [await rig.addAgent(A), await rig.addAgent(B)];
  const client = await rig.clientFor({ roles: ["os:reader"], name: "reader" });
  const request = encoded(LogsRequestSchema, { tailLines: 1 });
  const stream = client.stream(MachineService.method.logs, nodes("a", "b"), request);
  let heard = 0;
  const errors: Error[] = [];
  stream.on("data", () => heard++).on("error", (error) => errors.push(error));
  await until(() => heard === 2);
  assert.equal(rig.accessLines.length, 0, "it is told when it is over");

  stream.cancel();
  await until(() => agents.every(({ server, silent }) => server.calls === 0 && silent === 0));
  const [event, ...others] = await rig.auditOf(1);
  assert.deepEqual(others, []);
  assert.equal(event?.outcome.abandoned, true);
  assert.deepEqual(
    event.nodes.map(({ name, code }) => [name, code]),
    [
      ["a", "CANCELLED"],
      ["b", "CANCELLED"],
    ],
  );
  await until(() => rig.accessLines.length > 0);
  assert.equal(rig.accessLines.length, 1);
  assert.match(rig.accessLines[0] ?? "", /^Canceled \[\/machine\.MachineService\/Logs\] /);
  assert.deepEqual([heard, errors.length], [2, 1], "nothing came behind the end");
  const metrics = await scrapeText(registry, undefined, { clock: systemClock });
  assert.match(metrics, /^signalbox_node_outcomes_total\{grpc_code="CANCELLED"\} 2$/m);
  assert.match(metrics, /^signalbox_node_calls_total\{grpc_code="CANCELLED",mode="[^"]+"\} 1$/m);
});
