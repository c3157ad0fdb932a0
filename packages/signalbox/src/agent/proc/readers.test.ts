// Each reader on files as a machine has them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { VirtualClock } from "@signalbox/base";
import { NetstatRequest_Filter, NetstatRequestSchema } from "#gen/machine/network_pb.js";
import { Disk_DiskType } from "#gen/storage/storage_pb.js";
import { type RecordedFiles, recordedMachine } from "../testing/recorded-machine.ts";
import { readConnections } from "./connections.ts";
import { readCpuFrequencies } from "./cpu-frequencies.ts";
import { readDisks } from "./disks.ts";
import { MountReader } from "./mounts.ts";
import { readProcesses } from "./process-list.ts";

const statLine = (pid: number, command: string): string =>
  `${pid} (${command}) S 1 0 0 0 -1 0 0 0 0 0 150 50 0 0 20 0 3 0 24 4096000 10 0`;

const process = (pid: number, name: string): RecordedFiles => ({
  [`proc/${pid}/stat`]: statLine(pid, name),
  [`proc/${pid}/comm`]: `${name}\n`,
  [`proc/${pid}/cmdline`]: `/usr/bin/${name}\0--flag\0a b\0`,
  [`proc/${pid}/attr/current`]: "unconfined\0",
  [`proc/${pid}/exe`]: { link: `/usr/bin/${name}` },
});

test("processes in order, without those whose program cannot be told", async (t) => {
  const { [`proc/3/exe`]: _, ...kernelThread } = process(3, "kthreadd");
  const roots = await recordedMachine(t, {
    ...process(20, "sshd"),
    ...process(7, "node"),
    ...kernelThread,
    "proc/9/exe": { link: "/gone/before/its/stat/was/read" },
    "proc/uptime": "1 2",
    "proc/self/auxv": Buffer.from("06000000000000000020000000000000", "hex"),
  });
  const sshd = {
    pid: 20,
    ppid: 1,
    state: "S",
    threads: 3,
    cpuTime: 2,
    virtualMemory: 4_096_000n,
    residentMemory: 81_920n,
    command: "sshd",
    executable: "/usr/bin/sshd",
    args: "/usr/bin/sshd --flag a b",
    label: "unconfined",
  };
  const node = { ...sshd, pid: 7, command: "node", executable: "/usr/bin/node" };
  assert.deepEqual(await readProcesses(roots.proc), [
    { ...node, args: "/usr/bin/node --flag a b" },
    sshd,
  ]);
});

test("frequencies by processor; one that does not tell all is empty", async (t) => {
  const cpu = (number: number, file: string): string =>
    `sys/devices/system/cpu/cpu${number}/cpufreq/${file}`;
  const roots = await recordedMachine(t, {
    [cpu(10, "scaling_cur_freq")]: "900000\n",
    [cpu(10, "scaling_min_freq")]: "400000\n",
    [cpu(10, "cpuinfo_max_freq")]: "3000000\n",
    [cpu(10, "scaling_governor")]: "powersave\n",
    [cpu(2, "scaling_cur_freq")]: "900000\n",
    [cpu(2, "scaling_governor")]: "powersave\n",
    "sys/devices/system/cpu/cpufreq/policy0": "",
    "sys/devices/system/cpu/online": "0-1",
  });
  assert.deepEqual(await readCpuFrequencies(roots.sys), [
    {},
    { current: 900_000n, minimum: 400_000n, maximum: 3_000_000n, governor: "powersave" },
  ]);
});

const TABLE = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n";
const LISTENING = `${TABLE}   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1 0\n`;
const OPEN =
  "   1: 0100007F:0016 0200007F:9999 01 00000000:00000000 02:00000000 00000000 0 0 78 1 0\n";

async function sockets(
  t: Parameters<typeof recordedMachine>[0],
  request: Parameters<typeof create<typeof NetstatRequestSchema>>[1],
) {
  const roots = await recordedMachine(t, {
    ...process(5, "sshd"),
    "proc/5/fd/3": { link: "socket:[77]" },
    "proc/5/fd/4": { link: "/dev/null" },
    "proc/5/ns/net": { link: "net:[100]" },
    "proc/6/ns/net": { link: "net:[200]" },
    "proc/6/net/tcp": LISTENING.replace("0016", "0050"),
    "proc/self/ns/net": { link: "net:[100]" },
    "proc/net/tcp": LISTENING + OPEN,
    "proc/net/udp": `${TABLE}   0: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 0 0 0 79 1 0\n`,
  });
  return readConnections(roots, create(NetstatRequestSchema, request));
}

const tcp = { tcp: true };
const host = { hostnetwork: true };

test("sockets: nothing wished for, nothing shown", async (t) => {
  assert.deepEqual(await sockets(t, {}), []);
  assert.deepEqual(await sockets(t, { l4proto: tcp }), []);
  assert.deepEqual(await sockets(t, { netns: host }), []);
});

test("sockets: all of the tables wished for", async (t) => {
  const all = await sockets(t, { l4proto: { tcp: true, tcp6: true, udp: true }, netns: host });
  assert.deepEqual(
    all.map(({ l4proto, localport, state, process: owner, netns }) => [
      l4proto,
      localport,
      state,
      owner,
      netns,
    ]),
    [
      ["tcp", 22, 10, {}, ""],
      ["tcp", 22, 1, {}, ""],
      ["udp", 68, 7, {}, ""],
    ],
  );
});

test("sockets: those that listen, those that are connected", async (t) => {
  const { LISTENING: listening, CONNECTED: connected } = NetstatRequest_Filter;
  const a = await sockets(t, { filter: listening, l4proto: tcp, netns: host });
  assert.deepEqual(
    a.map(({ inode }) => inode),
    [77n],
  );
  const b = await sockets(t, { filter: connected, l4proto: tcp, netns: host });
  assert.deepEqual(
    b.map(({ inode, tr }) => [inode, tr]),
    [[78n, 2]],
  );
});

test("sockets: who holds them", async (t) => {
  const found = await sockets(t, { feature: { pid: true }, l4proto: tcp, netns: host });
  assert.deepEqual(
    found.map(({ process: owner }) => owner),
    [{ pid: 5, name: "sshd" }, {}],
  );
});

test("sockets: of every namespace, and of one by its name", async (t) => {
  const all = await sockets(t, { l4proto: tcp, netns: { allnetns: true } });
  assert.deepEqual(
    all.map(({ localport, netns }) => [localport, netns]),
    [
      [22, ""],
      [22, ""],
      [80, "net:[200]"],
    ],
  );
  const one = await sockets(t, { l4proto: tcp, netns: { netns: ["net:[200]"] } });
  assert.deepEqual(
    one.map(({ localport }) => localport),
    [80],
  );
  assert.deepEqual(await sockets(t, { l4proto: tcp, netns: { netns: ["blue"] } }), []);
});

const PCI = "sys/devices/pci0000:00/0000:00:06.0/virtio2";

test("disks: devices alone, and which of them holds the system", async (t) => {
  const roots = await recordedMachine(t, {
    [`${PCI}/block/vda/size`]: "20971520\n",
    [`${PCI}/block/vda/ro`]: "0\n",
    [`${PCI}/block/vda/serial`]: "disk-1\n",
    [`${PCI}/block/vda/queue/rotational`]: "1\n",
    [`${PCI}/block/vda/device`]: { link: "../.." },
    [`${PCI}/block/vda/subsystem`]: { link: "../../../../../../class/block" },
    [`${PCI}/block/vda/vda1/partition`]: "1\n",
    [`${PCI}/modalias`]: "virtio:d2v1AF4\n",
    "sys/class/block/vda": "",
    "sys/devices/nvme/nvme0/model": "Fast 3000   \n",
    "sys/devices/nvme/nvme0/serial": "S1\n",
    "sys/devices/nvme/nvme0/nvme0n1/device": { link: "../../nvme0" },
    "sys/devices/nvme/nvme0/nvme0n1/size": "2\n",
    "sys/devices/nvme/nvme0/nvme0n1/ro": "1\n",
    "sys/devices/nvme/nvme0/nvme0n1/wwid": "eui.0\n",
    "sys/block/vda": { link: `../${PCI.slice(4)}/block/vda` },
    "sys/block/nvme0n1": { link: "../devices/nvme/nvme0/nvme0n1" },
    "sys/block/loop0/size": "8\n",
    "sys/devices/virtual/block/dm-0/slaves/vda1": {
      link: `../../../../pci0000:00/0000:00:06.0/virtio2/block/vda/vda1`,
    },
    "sys/dev/block/253:0": { link: "../../devices/virtual/block/dm-0" },
    "proc/self/mountinfo":
      "20 1 0:2 / / rw - rootfs rootfs rw\n27 1 253:0 / / rw,relatime - ext4 /dev/dm-0 rw\n",
  });
  const [nvme, vda, ...rest] = await readDisks(roots);
  assert.deepEqual(rest, []);
  assert.deepEqual(vda, {
    size: 10_737_418_240n,
    model: "",
    deviceName: "/dev/vda",
    name: "",
    serial: "disk-1",
    modalias: "virtio:d2v1AF4",
    uuid: "",
    wwid: "",
    type: Disk_DiskType.HDD,
    busPath: "/pci0000:00/0000:00:06.0/virtio2/",
    systemDisk: true,
    subsystem: "/sys/class/block",
    readonly: false,
  });
  const { size, model, serial, wwid, type, systemDisk, readonly } = nvme ?? {};
  assert.deepEqual(
    { size, model, serial, wwid, type, systemDisk, readonly },
    {
      size: 1024n,
      model: "Fast 3000",
      serial: "S1",
      wwid: "eui.0",
      type: Disk_DiskType.NVME,
      systemDisk: false,
      readonly: true,
    },
  );
});

test("mounts: those that cannot be asked have no size and cost no other its own", async (t) => {
  const roots = await recordedMachine(t, {
    "proc/mounts":
      "/dev/vda1 / ext4 rw 0 0\nnas:/x /gone nfs rw 0 0\n/dev/vda1 /proc/mounts ext4 rw 0 0\ntmpfs /with\\040blank tmpfs rw 0 0\n",
    "with blank/file": "",
  });
  const reader = new MountReader({ clock: new VirtualClock(), roots });
  const [stats, again] = await Promise.all([reader.read(), reader.read()]);
  assert.deepEqual(again, stats);
  assert.deepEqual(
    stats.map(({ filesystem, mountedOn, size }) => [filesystem, mountedOn, size !== 0n]),
    [
      ["/dev/vda1", "/", true],
      ["nas:/x", "/gone", false],
      ["/dev/vda1", "/proc/mounts", false],
      ["tmpfs", "/with blank", true],
    ],
  );
});
