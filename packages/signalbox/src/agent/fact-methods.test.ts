// What an agent tells of the machine that runs the tests, over the wire.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { hostname, loadavg } from "node:os";
import { basename } from "node:path";
import { test } from "node:test";
import { status } from "@grpc/grpc-js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { NetstatRequest_Filter, NetstatRequestSchema } from "#gen/machine/network_pb.js";
import { StatfsRequestSchema, StorageService as StatfsService } from "#gen/machine/node_only_pb.js";
import { StorageService } from "#gen/storage/storage_pb.js";
import { encoded } from "../nodes/testing/js-node-client.ts";
import { AgentRig } from "./testing/agent-rig.ts";
import { recordedMachine } from "./testing/recorded-machine.ts";

const { method } = MachineService;

test("facts of this machine", async (t) => {
  const rig = await AgentRig.use(t);
  const reader = await rig.clientFor("os:reader");
  const bootTime = BigInt(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? 0);

  const name = (await reader.unary(method.hostname)).reply?.messages[0]?.hostname;
  assert.equal(name, hostname());
  const load = (await reader.unary(method.loadAvg)).reply?.messages[0];
  assert.ok(Math.abs((load?.load15 ?? -1) - (loadavg()[2] ?? 0)) < 5);
  const memory = (await reader.unary(method.memory)).reply?.messages[0]?.meminfo;
  assert.ok(memory !== undefined && memory.memtotal > memory.memfree && memory.memfree > 0n);
  const cpus = (await reader.unary(method.cPUInfo)).reply?.messages[0]?.cpuInfo ?? [];
  assert.ok(cpus.length > 0);
  const frequencies = (await reader.unary(method.cPUFreqStats)).reply?.messages[0]?.cpuFreqStats;
  assert.ok((frequencies?.length ?? 0) >= cpus.length);
  const stat = (await reader.unary(method.systemStat)).reply?.messages[0];
  assert.equal(stat?.bootTime, bootTime);
  assert.ok((stat?.cpuTotal?.idle ?? 0) > 0);
  const network = (await reader.unary(method.networkDeviceStats)).reply?.messages[0];
  assert.ok(network !== undefined && network.devices.some((device) => device.name === "lo"));
  assert.equal(network.total?.name, network.devices.map((device) => device.name).join(", "));
  const disks = (await reader.unary(method.diskStats)).reply?.messages[0];
  assert.ok(disks?.total);
  const mounts = (await reader.unary(method.mounts)).reply?.messages[0]?.stats;
  assert.ok(mounts?.some(({ mountedOn, size }) => mountedOn === "/" && size > 0n));
  const held = (await reader.unary(StorageService.method.disks)).reply?.messages;
  assert.equal(held?.length, 1);
});

test("processes: this one among them", async (t) => {
  const rig = await AgentRig.use(t);
  const { reply } = await (await rig.clientFor("os:reader")).unary(method.processes);
  const own = reply?.messages[0]?.processes.find(({ pid }) => pid === process.pid);
  assert.equal(own?.executable, process.execPath);
  assert.equal(own.ppid, process.ppid);
  assert.ok(own.residentMemory > 10_000_000n && own.residentMemory < own.virtualMemory);
  assert.ok(own.args.includes(basename(process.argv[1] ?? "no file")));
});

test("sockets: the one that the agent itself listens on, and who holds it", async (t) => {
  const rig = await AgentRig.use(t);
  const request = encoded(NetstatRequestSchema, {
    filter: NetstatRequest_Filter.LISTENING,
    feature: { pid: true },
    l4proto: { tcp: true },
    netns: { hostnetwork: true },
  });
  const reader = await rig.clientFor("os:reader");
  const { reply } = await reader.unary(method.netstat, [], request);
  const port = Number(rig.address.split(":")[1]);
  // Others of this machine's addresses have ports of their own.
  const own = reply?.messages[0]?.connectrecord.find(
    ({ localip, localport }) => localip === "127.0.0.1" && localport === port,
  );
  assert.equal(own?.state, 10);
  assert.equal(own.process?.pid, process.pid);
});

test("the file system of a path", async (t) => {
  const rig = await AgentRig.use(t);
  const reader = await rig.clientFor("os:reader");
  const { statfs } = StatfsService.method;
  const ask = (path: string) => reader.unary(statfs, [], encoded(StatfsRequestSchema, { path }));
  const { reply } = await ask("/proc/..");
  assert.ok(reply !== undefined && reply.size > 0n && reply.used + reply.available <= reply.size);
  assert.equal(reply.inodesUsed + reply.inodesFree, reply.inodes);
  assert.equal((await ask("/no/such/folder")).error?.code, status.NOT_FOUND);
  assert.equal((await ask("relative")).error?.code, status.INVALID_ARGUMENT);
});

test("a machine whose files cannot be read says so, and not what they are", async (t) => {
  const rig = await AgentRig.use(t, await recordedMachine(t, { "proc/loadavg": "nonsense" }));
  const reader = await rig.clientFor("os:reader");
  for (const name of ["LoadAvg", "Memory"]) {
    const { error } = await reader.bytes(`/machine.MachineService/${name}`, []);
    assert.equal(error?.code, status.INTERNAL);
    assert.doesNotMatch(error.details, /tmp/);
  }
});
